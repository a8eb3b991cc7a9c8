package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the summary for a pull request or a CI job's page: the verdict first, then what is red and why, totals by suite, what
// each failover cost, and what was tested on what.
func Markdown(w io.Writer, r Report) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "### redis-e2e is %s: %s\n", r.Run.Verdict, cell(r.Run.Reason))
	for _, suite := range r.Suites {
		for _, spec := range suite.Specs {
			spec.explain(&out, suite.Name)
		}
	}
	fmt.Fprintf(&out, "\n| suite | passed | failed | invalid | did not run |\n|---|---|---|---|---|\n")
	for _, suite := range r.Suites {
		t := suite.totals()
		fmt.Fprintf(&out, "| %s | %d | %d | %d | %d |\n", cell(suite.Name), t.Passed, t.Failed, t.Invalid, t.Skipped+t.Pending)
	}
	r.failovers(&out)
	fmt.Fprintf(&out, "\n%s in %s, run `%s`.\n\n| | |\n|---|---|\n", r.Totals(), r.Run.Duration, r.Run.ID)
	for _, fact := range r.facts() {
		fmt.Fprintf(&out, "| %s | %s |\n", fact[0], cell(fact[1]))
	}
	_, err := w.Write(out.Bytes())
	return err
}

// explain tells of a spec that failed or proves nothing, its message as it stands.
func (s Spec) explain(out io.Writer, suite string) {
	if s.Failure == nil {
		return
	}
	_, _ = fmt.Fprintf(out, "\n**%s**: %s, %s", cell(suite), cell(s.Name), s.State)
	if s.Failure.Location != "" {
		_, _ = fmt.Fprintf(out, " at `%s`", s.Failure.Location)
	}
	_, _ = fmt.Fprint(out, "\n\n")
	for line := range strings.Lines(strings.TrimSpace(s.Failure.Message)) {
		_, _ = fmt.Fprintf(out, "    %s\n", strings.TrimRight(line, " \r\n"))
	}
}

func (r Report) failovers(out io.Writer) {
	head := "\n| fault | without acknowledged writes | lost of acknowledged |\n|---|---|---|\n"
	for _, suite := range r.Suites {
		for _, spec := range suite.Specs {
			for _, f := range spec.Failovers {
				_, _ = fmt.Fprintf(out, "%s| %s | %s | %d of %d |\n", head, cell(f.Fault), f.Gap, f.Lost, f.Acked)
				head = ""
			}
		}
	}
}

// cell keeps a text on its line and in its column.
func cell(text string) string { return strings.ReplaceAll(oneLine(text), "|", `\|`) }
