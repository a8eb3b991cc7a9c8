package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// messageLines is how much of a failure the summary shows; report.json has all of it.
const messageLines = 8

// Terminal writes the summary that can be pasted into a pull request: what was tested, one line for each spec, totals, and the
// reason last.
func Terminal(w io.Writer, r Report) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "redis-e2e %s\n", r.Run.ID)
	for _, fact := range r.facts() {
		fmt.Fprintf(&out, "  %-8s %s\n", fact[0], fact[1])
	}
	width := r.widestName()
	for _, suite := range r.Suites {
		fmt.Fprintf(&out, "\n%s\n", suite.Name)
		for _, spec := range suite.Specs {
			spec.line(&out, width)
		}
	}
	fmt.Fprintf(&out, "\n%s in %s", r.Totals(), r.Run.Duration)
	if busy := Busy(r.Waits); busy > 0 {
		fmt.Fprintf(&out, ", %s of it waiting for Kubernetes and Redis", Seconds(busy))
	}
	fmt.Fprintf(&out, "\n%s: %s\n", r.Run.Verdict, oneLine(r.Run.Reason))
	_, err := w.Write(out.Bytes())
	return err
}

// widestName aligns the durations, up to a width at which lines still fit.
func (r Report) widestName() int {
	width := 0
	for _, suite := range r.Suites {
		for _, spec := range suite.Specs {
			width = max(width, len([]rune(spec.Name)))
		}
	}
	return min(width, 76)
}

func (s Spec) line(out io.Writer, width int) {
	word := map[State]string{Passed: "pass", Failed: "FAIL", Skipped: "skip", Pending: "pend"}[s.State]
	if word == "" {
		word = "INVALID"
	}
	var notes []string
	for _, m := range s.Measurements {
		notes = append(notes, m.String())
	}
	if s.Reason != "" {
		notes = append(notes, oneLine(s.Reason))
	}
	text := fmt.Sprintf("  %-7s %-*s %10s  %s", word, width, s.Name, s.Duration, strings.Join(notes, ", "))
	_, _ = fmt.Fprintln(out, strings.TrimRight(text, " "))
	if s.Failure == nil {
		return
	}
	lines := strings.Split(strings.TrimSpace(s.Failure.Message), "\n")
	if len(lines) > messageLines {
		lines = append(lines[:messageLines:messageLines], fmt.Sprintf("… %d more lines", len(lines)-messageLines))
	}
	if s.Failure.Location != "" {
		lines = append(lines, "at "+s.Failure.Location)
	}
	if s.Artifacts != "" {
		lines = append(lines, "see "+s.Artifacts)
	}
	for _, line := range lines {
		_, _ = fmt.Fprintf(out, "          %s\n", strings.TrimRight(line, " \r"))
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
