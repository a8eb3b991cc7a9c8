package harness

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"redis-e2e/internal/report"
	"redis-e2e/internal/session"
)

const (
	entryMeasure   = "measurement"
	entryWait      = "wait"
	entryFailover  = "failover"
	entryArtifacts = "artifacts"
)

// Measure keeps a number that the spec measured.
func (e *Env) Measure(name string, value float64, unit string) {
	ginkgo.AddReportEntry(entryMeasure, report.Measured(name, value, unit), ginkgo.ReportEntryVisibilityNever)
}

// Within keeps a measurement with its budget, and fails the spec when it is not kept.
func (e *Env) Within(m report.Measurement) {
	ginkgo.GinkgoHelper()
	ginkgo.AddReportEntry(entryMeasure, m, ginkgo.ReportEntryVisibilityNever)
	if !m.Within {
		ginkgo.Fail(m.String())
	}
}

// wait notes that from now until the returned function is called the run waits for Kubernetes or Redis, not for itself.
func (e *Env) wait(kind, name string) func() time.Duration {
	begin := time.Now()
	return func() time.Duration {
		end := time.Now()
		e.waited(report.Wait{Kind: kind, Name: name, Begin: begin, End: end})
		return end.Sub(begin)
	}
}

func (e *Env) waited(w report.Wait) {
	ginkgo.AddReportEntry(entryWait, w, ginkgo.ReportEntryVisibilityNever)
}

func (e *Env) reporting() {
	ginkgo.ReportBeforeEach(func(r types.SpecReport) {
		if !excluded(r) {
			e.tell(session.Event{Spec: r.FullText()})
		}
	})
	ginkgo.ReportAfterEach(func(r types.SpecReport) {
		if !excluded(r) {
			e.tell(session.Event{Spec: r.FullText(), State: state(r.State)})
		}
	})
	ginkgo.ReportAfterSuite("results", func(r types.Report) { must(e.mailbox().Finish(outcome(e.Suite, r)), "results") })
}

func (e *Env) mailbox() session.Mailbox { return session.Mailbox{Dir: e.Session.Dir, Suite: e.Suite} }

func (e *Env) tell(ev session.Event) {
	if e.Session.Dir != "" { // empty when the suite could not start
		must(e.mailbox().Tell(ev), "progress")
	}
}

func outcome(suite string, r types.Report) session.Outcome {
	o := session.Outcome{Suite: report.Suite{Name: suite}}
	for _, s := range r.SpecReports {
		if s.LeafNodeType != types.NodeTypeIt {
			if s.Failed() {
				o.Setup = strings.TrimSpace(o.Setup + "\n" + s.Failure.Message)
			}
			continue
		}
		spec := report.Spec{Name: s.FullText(), State: state(s.State), Duration: report.Seconds(s.RunTime)}
		switch {
		case s.Failed():
			spec.Failure = &report.Failure{Message: s.Failure.Message, Location: location(s.Failure.Location)}
		case spec.State != report.Passed:
			spec.Reason = s.Failure.Message
		}
		for _, entry := range s.ReportEntries {
			switch v := entry.GetRawValue().(type) {
			case report.Measurement:
				spec.Measurements = append(spec.Measurements, v)
			case report.Wait:
				o.Waits = append(o.Waits, v)
			case report.Failover:
				spec.Failovers = append(spec.Failovers, v)
			case string:
				if entry.Name == entryArtifacts {
					spec.Artifacts = v
				}
			default:
				decode(entry, &spec, &o)
			}
		}
		if !excluded(s) {
			o.Suite.Specs = append(o.Suite.Specs, spec)
		}
	}
	return o
}

// excluded is a spec that the focus filtered out: it was not asked for, so it is not reported as skipped.
func excluded(s types.SpecReport) bool {
	return s.State == types.SpecStateSkipped && s.Failure.Message == "" && s.NumAttempts == 0
}

// decode reads an entry that came from another Ginkgo process as JSON.
func decode(entry types.ReportEntry, spec *report.Spec, o *session.Outcome) {
	text := []byte(entry.Value.AsJSON)
	switch entry.Name {
	case entryMeasure:
		var m report.Measurement
		if json.Unmarshal(text, &m) == nil {
			spec.Measurements = append(spec.Measurements, m)
		}
	case entryWait:
		var w report.Wait
		if json.Unmarshal(text, &w) == nil {
			o.Waits = append(o.Waits, w)
		}
	case entryFailover:
		var f report.Failover
		if json.Unmarshal(text, &f) == nil {
			spec.Failovers = append(spec.Failovers, f)
		}
	case entryArtifacts:
		var dir string
		if json.Unmarshal(text, &dir) == nil {
			spec.Artifacts = dir
		}
	}
}

func location(l types.CodeLocation) string {
	return fmt.Sprintf("%s:%d", filepath.Base(l.FileName), l.LineNumber)
}

func state(s types.SpecState) report.State {
	switch s {
	case types.SpecStatePassed:
		return report.Passed
	case types.SpecStateSkipped:
		return report.Skipped
	case types.SpecStatePending:
		return report.Pending
	}
	return report.Failed
}
