package harness

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"redis-e2e/internal/report"
)

const (
	entryMeasure   = "measurement"
	entryWait      = "wait"
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
		ginkgo.AddReportEntry(entryWait, report.Wait{Kind: kind, Name: name, Begin: begin, End: end}, ginkgo.ReportEntryVisibilityNever)
		return end.Sub(begin)
	}
}

// Outcome is what a suite leaves for the command to merge.
type Outcome struct {
	Suite report.Suite  `json:"suite"`
	Waits []report.Wait `json:"waits"`
	Setup string        `json:"setup"` // why the suite could not start; empty when it did
}

// OutcomeFile is where a suite of this session leaves its outcome.
func OutcomeFile(dir, suite string) string { return filepath.Join(dir, "suites", suite+".json") }

// EventsFile is where a suite's processes tell, line by line, which spec begins and ends.
func EventsFile(dir, suite string) string { return filepath.Join(dir, "suites", suite+".events") }

// Event is one line of EventsFile.
type Event struct {
	Spec  string       `json:"spec"`
	State report.State `json:"state"` // empty: it begins
	Error string       `json:"error,omitempty"`
}

func (e *Env) reporting() {
	ginkgo.ReportBeforeEach(func(r types.SpecReport) { e.tell(Event{Spec: sentence(r)}) })
	ginkgo.ReportAfterEach(func(r types.SpecReport) {
		e.tell(Event{Spec: sentence(r), State: state(r.State), Error: r.Failure.Message})
	})
	ginkgo.ReportAfterSuite("results", func(r types.Report) {
		text, err := json.MarshalIndent(outcome(e.Suite, r), "", "  ")
		must(err, "results")
		path := OutcomeFile(e.Session.Dir, e.Suite)
		must(os.MkdirAll(filepath.Dir(path), 0o755), "results")
		must(os.WriteFile(path, text, 0o644), "results")
	})
}

func (e *Env) tell(ev Event) {
	line, err := json.Marshal(ev)
	must(err, "progress")
	path := EventsFile(e.Session.Dir, e.Suite)
	must(os.MkdirAll(filepath.Dir(path), 0o755), "progress")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644) // appends of one line do not mix
	must(err, "progress")
	defer f.Close()
	_, err = f.Write(append(line, '\n'))
	must(err, "progress")
}

func outcome(suite string, r types.Report) Outcome {
	o := Outcome{Suite: report.Suite{Name: suite}}
	for _, s := range r.SpecReports {
		if s.LeafNodeType != types.NodeTypeIt {
			if s.Failed() {
				o.Setup = strings.TrimSpace(o.Setup + "\n" + s.Failure.Message)
			}
			continue
		}
		spec := report.Spec{Name: sentence(s), State: state(s.State), Duration: report.Seconds(s.RunTime)}
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
func decode(entry types.ReportEntry, spec *report.Spec, o *Outcome) {
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
	case entryArtifacts:
		var dir string
		if json.Unmarshal(text, &dir) == nil {
			spec.Artifacts = dir
		}
	}
}

func sentence(s types.SpecReport) string { return s.FullText() }

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
