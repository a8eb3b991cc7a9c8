package expect

import (
	"fmt"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// SoundAssumptions holds when a verdict rests on enough traffic around the fault and on a sound history. The other matchers
// insist on it as well; this one says so first.
func SoundAssumptions() types.GomegaMatcher { return soundAssumptions{} }

type soundAssumptions struct{}

// Match errs for anything but a Verdict.
func (soundAssumptions) Match(actual any) (bool, error) {
	v, ok := actual.(workload.Verdict)
	if !ok {
		return false, fmt.Errorf("expected a workload.Verdict, got %T", actual)
	}
	return v.Assumptions == nil, nil
}

// FailureMessage tells which assumptions do not hold.
func (soundAssumptions) FailureMessage(actual any) string {
	return fmt.Sprintf("expected a run that can prove something, but %s: %s", Unproven, actual)
}

// NegatedFailureMessage is for controls whose run must be invalid.
func (soundAssumptions) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("expected a run that can prove nothing, but its assumptions hold: %s", actual)
}
