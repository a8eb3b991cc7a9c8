package expect

import (
	"fmt"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// SameData holds for a workload.Diff in which every value was read back as it was stored, and nothing was added.
func SameData() types.GomegaMatcher { return sameData{} }

type sameData struct{}

// Match errs for anything but a Diff, and for one that compared nothing.
func (sameData) Match(actual any) (bool, error) {
	d, ok := actual.(workload.Diff)
	if !ok {
		return false, fmt.Errorf("expected a workload.Diff, got %T", actual)
	}
	if d.Keys == 0 {
		return false, fmt.Errorf("expected data to compare, but there are no keys in this dataset")
	}
	return d.Same(), nil
}

// FailureMessage counts what differs and shows the first of each kind.
func (sameData) FailureMessage(actual any) string {
	return fmt.Sprintf("expected the data that was stored, but %s", actual)
}

// NegatedFailureMessage is for controls whose data must be gone.
func (sameData) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("expected data that differs from what was stored, but %s", actual)
}
