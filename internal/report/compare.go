package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// noticeable is the share by which a measurement must differ to be told, and the least difference in seconds: less is noise on most
// machines.
const (
	noticeable        = 0.25
	noticeableSeconds = 0.5
)

// Comparison is what differs between two runs.
type Comparison struct {
	Before, After string // run ids
	Verdicts      []Difference
	Measured      []Difference
}

// Difference is one spec, or one of its measurements, in both runs.
type Difference struct {
	Suite, Spec   string
	What          string // the measurement; empty for the spec itself
	Before, After string
	Worse         bool // it turned red, took longer or lost more
}

// Compare tells what became of each spec and what it measured. Numbers that differ by less than a quarter, or by half a second, are
// left out, but for lost writes, of which each one counts.
func Compare(before, after Report) Comparison {
	c := Comparison{Before: before.Run.ID, After: after.Run.ID}
	was := specs(before)
	for _, suite := range after.Suites {
		for _, spec := range suite.Specs {
			key := suite.Name + "\x00" + spec.Name
			old, there := was[key]
			delete(was, key)
			d := Difference{Suite: suite.Name, Spec: spec.Name, Before: "absent", After: string(spec.State), Worse: red(spec.State)}
			if there {
				d.Before, d.Worse = string(old.State), red(spec.State) && !red(old.State)
				c.Measured = append(c.Measured, measured(d, old, spec)...)
			}
			if d.Before != d.After {
				c.Verdicts = append(c.Verdicts, d)
			}
		}
	}
	for key, old := range was {
		suite, _, _ := strings.Cut(key, "\x00")
		c.Verdicts = append(c.Verdicts, Difference{Suite: suite, Spec: old.Name, Before: string(old.State), After: "absent"})
	}
	order := func(a, b Difference) int {
		if a.Worse != b.Worse {
			return map[bool]int{true: -1, false: 1}[a.Worse]
		}
		return strings.Compare(a.Suite+a.Spec+a.What, b.Suite+b.Spec+b.What)
	}
	slices.SortFunc(c.Verdicts, order)
	slices.SortFunc(c.Measured, order)
	return c
}

// Worse says whether anything turned red, took noticeably longer or lost more.
func (c Comparison) Worse() bool {
	worse := func(d Difference) bool { return d.Worse }
	return slices.ContainsFunc(c.Verdicts, worse) || slices.ContainsFunc(c.Measured, worse)
}

// String is a table, what got worse first and marked.
func (c Comparison) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s -> %s\n", c.Before, c.After)
	if len(c.Verdicts)+len(c.Measured) == 0 {
		return out.String() + "no spec and no measurement differs noticeably\n"
	}
	w := tabwriter.NewWriter(&out, 0, 1, 2, ' ', 0)
	for _, d := range slices.Concat(c.Verdicts, c.Measured) {
		mark := ""
		if d.Worse {
			mark = "WORSE"
		}
		what := d.Suite + ": " + d.Spec
		if d.What != "" {
			what += ", " + d.What
		}
		_, _ = fmt.Fprintf(w, "%s\t%s -> %s\t%s\n", mark, d.Before, d.After, what)
	}
	_ = w.Flush() // into memory
	return out.String()
}

func red(s State) bool { return s == Failed || s == SpecInvalid }

func specs(r Report) map[string]Spec {
	all := map[string]Spec{}
	for _, suite := range r.Suites {
		for _, spec := range suite.Specs {
			all[suite.Name+"\x00"+spec.Name] = spec
		}
	}
	return all
}

// measured compares what both runs of a spec measured: the duration, and every measurement of the same name and unit. A later name of
// several equal ones wins.
func measured(d Difference, before, after Spec) []Difference {
	was := map[string]Measurement{}
	for _, m := range before.Measurements {
		was[m.Name+m.Unit] = m
	}
	var out []Difference
	for _, m := range after.Measurements {
		old, there := was[m.Name+m.Unit]
		if !there || !noticed(old, m) {
			continue
		}
		delete(was, m.Name+m.Unit)
		d.What, d.Before, d.After = m.Name, quantity(old.Value, old.Unit), quantity(m.Value, m.Unit)
		d.Worse = (lost(m) || m.Unit == "s") && m.Value > old.Value
		out = append(out, d)
	}
	return out
}

func noticed(before, after Measurement) bool {
	change := math.Abs(after.Value - before.Value)
	if lost(after) {
		return change > 0
	}
	return change > noticeable*math.Abs(before.Value) && (after.Unit != "s" || change > noticeableSeconds)
}

func lost(m Measurement) bool {
	return strings.HasPrefix(m.Name, "lost ") || strings.HasPrefix(m.Name, "keys lost")
}
