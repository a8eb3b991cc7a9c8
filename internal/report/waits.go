package report

import (
	"slices"
	"time"
)

// Wait is a stretch of time that Kubernetes or Redis needed, and not this harness.
type Wait struct {
	Kind  string    `json:"kind"` // readiness, fault, …
	Name  string    `json:"name"`
	Begin time.Time `json:"begin"`
	End   time.Time `json:"end"`
}

// Busy is how long at least one of the waits went on: specs run side by side, so their waits overlap and must not be added up.
// A wait that ends before it begins counts as nothing.
func Busy(waits []Wait) time.Duration {
	ordered := slices.Clone(waits)
	slices.SortFunc(ordered, func(a, b Wait) int { return a.Begin.Compare(b.Begin) })
	var total time.Duration
	var covered time.Time // everything before it has been counted
	for _, w := range ordered {
		if w.Begin.After(covered) {
			covered = w.Begin
		}
		if w.End.After(covered) {
			total += w.End.Sub(covered)
			covered = w.End
		}
	}
	return total
}
