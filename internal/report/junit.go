package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// The elements of junit.xml, in the order the common schema wants.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		Classname string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Skipped   *junitProblem `xml:"skipped"`
		Error     *junitProblem `xml:"error"`
		Failure   *junitProblem `xml:"failure"`
		Out       string        `xml:"system-out,omitempty"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes a report for CI servers. A spec that is invalid becomes an error, not a failure; measurements stand in its
// system-out, what was tested in each suite's properties. A run whose environment failed has a test case that says so.
func WriteJUnit(w io.Writer, r Report) error {
	t := r.Totals()
	all := junitSuites{Name: "redis-e2e " + r.Run.ID, Tests: t.All(), Failures: t.Failed, Errors: t.Invalid, Time: seconds(r.Run.Duration)}
	for _, suite := range r.Suites {
		all.Suites = append(all.Suites, r.junit(suite))
	}
	if r.Run.Exit == 2 {
		all.Tests, all.Errors = all.Tests+1, all.Errors+1
		all.Suites = append(all.Suites, r.junit(Suite{Name: "environment", Specs: []Spec{{Name: "the run could take place",
			State: SpecInvalid, Failure: &Failure{Message: r.Run.Reason}}}}))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	out := xml.NewEncoder(w)
	out.Indent("", "  ")
	if err := out.Encode(all); err != nil {
		return fmt.Errorf("junit cannot be written: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r Report) junit(s Suite) junitSuite {
	t := s.totals()
	out := junitSuite{Name: s.Name, Tests: t.All(), Failures: t.Failed, Errors: t.Invalid, Skipped: t.Skipped + t.Pending,
		Timestamp: r.Run.Started.UTC().Format("2006-01-02T15:04:05")}
	for _, fact := range r.facts() {
		out.Properties = append(out.Properties, junitProperty{fact[0], fact[1]})
	}
	var total Seconds
	for _, spec := range s.Specs {
		total += spec.Duration
		out.Cases = append(out.Cases, spec.junit(s.Name))
	}
	out.Time = seconds(total)
	return out
}

func (s Spec) junit(suite string) junitCase {
	out := junitCase{Name: s.Name, Classname: suite, Time: seconds(s.Duration)}
	failure := Failure{}
	if s.Failure != nil {
		failure = *s.Failure
	}
	first, _, _ := strings.Cut(failure.Message, "\n")
	problem := &junitProblem{Message: first, Type: string(s.State), Text: strings.TrimSpace(failure.Message + "\n" + failure.Location)}
	switch s.State {
	case Passed:
	case Skipped, Pending:
		out.Skipped = &junitProblem{Message: strings.TrimSuffix(string(s.State)+": "+oneLine(s.Reason), ": ")}
	case Failed:
		out.Failure = problem
	default:
		out.Error = problem
	}
	var lines []string
	for _, m := range s.Measurements {
		lines = append(lines, m.String())
	}
	if s.Artifacts != "" {
		lines = append(lines, "artifacts in "+s.Artifacts)
	}
	out.Out = strings.Join(lines, "\n")
	return out
}

func seconds(s Seconds) string { return fmt.Sprintf("%.3f", time.Duration(s).Seconds()) }
