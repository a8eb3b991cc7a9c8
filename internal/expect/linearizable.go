package expect

import (
	"fmt"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// Linearizable holds for a workload.Linearity whose answer is yes. It errs, both ways, when the check could not decide and when
// its assumptions do not hold.
func Linearizable() types.GomegaMatcher { return linearizable{} }

type linearizable struct{}

// Match errs for anything but a Linearity, and for one that proves nothing.
func (linearizable) Match(actual any) (bool, error) {
	l, ok := actual.(workload.Linearity)
	if !ok {
		return false, fmt.Errorf("expected a workload.Linearity, got %T", actual)
	}
	if l.Assumptions != nil || l.Answer != workload.Yes && l.Answer != workload.No {
		return false, fmt.Errorf("expected a linearizable history, but %s: %s", Unproven, l)
	}
	return l.Answer == workload.Yes, nil
}

// FailureMessage names the key and the operations that contradict each other.
func (linearizable) FailureMessage(actual any) string {
	return fmt.Sprintf("expected a linearizable history, but it is %s", actual)
}

// NegatedFailureMessage is for controls in which something stale was read on purpose.
func (linearizable) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("expected a history that is not linearizable, as this control was set up to make it, but it is %s", actual)
}
