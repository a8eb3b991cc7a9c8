package mutant

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"redis-e2e/internal/report"
)

// Verdict is what became of a mutant.
type Verdict struct {
	Mutant   Mutant
	Wrong    string         // why it does not count as caught; empty when it does
	Message  string         // what the spec said, when it was red
	Duration report.Seconds // of that spec, from its first act to its verdict
}

// Judge holds what the suite found against what the mutant must lead to: its spec is red, no other is, and the message names the cause.
func (m Mutant) Judge(s report.Suite) Verdict {
	v := Verdict{Mutant: m}
	ran := false
	for _, spec := range s.Specs {
		red := spec.State == report.Failed || spec.State == report.SpecInvalid
		ran = ran || red || spec.State == report.Passed
		switch {
		case red && spec.Name != m.CaughtBy:
			v.Wrong = fmt.Sprintf("another spec is red: %s", spec.Name)
		case red:
			v.Duration = spec.Duration
			if spec.Failure != nil {
				v.Message = spec.Failure.Message
			}
		}
	}
	switch {
	case v.Wrong != "":
	case !ran:
		v.Wrong = fmt.Sprintf("the suite %s has no spec of the name %q", m.Suite, m.CaughtBy)
	case v.Message == "":
		v.Wrong = "it stays green"
	case !m.says.MatchString(v.Message):
		v.Wrong = fmt.Sprintf("it is red, but its message does not match %q:\n%s", m.Says, v.Message)
	}
	return v
}

// Evidence is the line of the message that names the cause.
func (v Verdict) Evidence() string {
	for line := range strings.Lines(v.Message) {
		if v.Mutant.says.MatchString(line) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// evidenceLimit keeps a row of the record readable.
const evidenceLimit = 200

// Record writes the track record as Markdown, a row for each mutant; conditions say what it was measured on.
func Record(w io.Writer, all []Verdict, conditions string) error {
	var out bytes.Buffer
	out.WriteString("# Track record\n\nBugs that shipped in charts and operators, put into the reference chart one by one, and the spec that caught each.\n" +
		"Written by `make mutants RECORD=docs/track-record.md`; do not edit. One of them again: `make mutants FOCUS=<mutant>`.\n\n")
	fmt.Fprintf(&out, "Measured once on %s. Seconds are the spec's own, from its deployment to its verdict.\n\n", conditions)
	out.WriteString("| mutant | bug | shipped in | caught by | it says | seconds |\n|---|---|---|---|---|---:|\n")
	for _, v := range all {
		says := cell(v.Evidence())
		if cut := []rune(says); len(cut) > evidenceLimit {
			says = string(cut[:evidenceLimit]) + " …"
		}
		if v.Wrong != "" {
			says = "**not caught**: " + cell(v.Wrong)
		}
		fmt.Fprintf(&out, "| [%s](../fixtures/mutants/%s.yaml) | %s | %s | %s: %s | %s | %.0f |\n", v.Mutant.Name, v.Mutant.Name, cell(v.Mutant.Bug),
			strings.Join(v.Mutant.Shipped, ", "), v.Mutant.Suite, cell(v.Mutant.CaughtBy), says, time.Duration(v.Duration).Seconds())
	}
	_, err := w.Write(out.Bytes())
	return err
}

// cell keeps a text on its line and in its column.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}
