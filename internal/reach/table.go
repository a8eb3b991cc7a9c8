// Package reach answers: who can connect to what, held against who should?
//
// It knows neither Kubernetes nor Redis: how a visitor knocks is its own matter. It must not import any other package of this
// project.
package reach

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// Door is what can be connected to.
type Door struct {
	Name    string // as the table calls it
	Address string // host:port
}

// Visitor is somebody who tries to connect.
type Visitor struct {
	Name   string
	Knock  func(ctx context.Context, d Door) error // nil when it got in
	Denied func(err error) bool                    // whether this error is what a refusal looks like; others prove nothing
	Admit  func(d Door) bool                       // whether it should get in
}

// Visit is what came of one visitor at one door.
type Visit struct {
	Who  string
	Door Door
	Want bool  // it should get in
	Err  error // why it did not get in; nil when it did
	Odd  bool  // Err is no refusal, so nothing was learnt
	Took time.Duration
}

// Right says whether the visit ended as it should.
func (v Visit) Right() bool { return !v.Odd && v.Want == (v.Err == nil) }

// Table is every visitor at every door.
type Table []Visit

// Probe has every visitor knock at every door, all at the same time.
func Probe(ctx context.Context, visitors []Visitor, doors []Door) Table {
	table := make(Table, len(visitors)*len(doors))
	var knocking sync.WaitGroup
	for i, v := range visitors {
		for j, d := range doors {
			knocking.Go(func() {
				began := time.Now()
				err := v.Knock(ctx, d)
				table[i*len(doors)+j] = Visit{
					Who: v.Name, Door: d, Want: v.Admit(d), Err: err, Odd: err != nil && !v.Denied(err), Took: time.Since(began),
				}
			})
		}
	}
	knocking.Wait()
	return table
}

// Slowest is the visit that took longest, the zero Visit of an empty table.
func (t Table) Slowest() Visit {
	var slowest Visit
	for _, v := range t {
		if v.Took > slowest.Took {
			slowest = v
		}
	}
	return slowest
}

// Wrong lists what is not as it should be, a line each, and doors that nobody got through: what they refuse proves nothing.
func (t Table) Wrong() []string {
	var wrong []string
	entered := map[string]bool{}
	for _, v := range t {
		entered[v.Door.Address] = entered[v.Door.Address] || v.Err == nil
		switch {
		case v.Right():
		case v.Odd:
			wrong = append(wrong, fmt.Sprintf("%s at %s: neither admitted nor refused: %v", v.Who, v.Door.Name, v.Err))
		case v.Want:
			wrong = append(wrong, fmt.Sprintf("%s should get through to %s, but: %v", v.Who, v.Door.Name, v.Err))
		default:
			wrong = append(wrong, fmt.Sprintf("%s got through to %s, and should not", v.Who, v.Door.Name))
		}
	}
	for _, v := range t {
		if !entered[v.Door.Address] {
			wrong = append(wrong, fmt.Sprintf("nobody got through to %s, so its refusals prove nothing", v.Door.Name))
			entered[v.Door.Address] = true
		}
	}
	return wrong
}

// String is the table with visitors down and doors across: what was seen, and in brackets what was expected where that differs.
func (t Table) String() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) } // a Builder never fails
	var doors, visitors []string
	for _, v := range t {
		if !slices.Contains(doors, v.Door.Name) {
			doors = append(doors, v.Door.Name)
		}
		if !slices.Contains(visitors, v.Who) {
			visitors = append(visitors, v.Who)
		}
	}
	row(append([]string{""}, doors...)...)
	for _, who := range visitors {
		line := []string{who}
		for _, v := range t {
			if v.Who == who {
				line = append(line, v.cell())
			}
		}
		row(line...)
	}
	_ = w.Flush()
	return text.String()
}

func (v Visit) cell() string {
	seen := "open"
	switch {
	case v.Odd:
		seen = "?"
	case v.Err != nil:
		seen = "shut"
	}
	switch {
	case v.Right():
		return seen
	case v.Want:
		return seen + " (want open)"
	}
	return seen + " (want shut)"
}
