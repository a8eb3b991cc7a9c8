package expect

import (
	"fmt"

	"redis-e2e/internal/workload"
)

// Unproven stands in every message about a run whose assumptions do not hold, and in no other: such a spec is to be reported as
// invalid, not as failed.
const Unproven = "it proves nothing"

// onVerdict is a matcher for a workload.Verdict.
type onVerdict struct {
	holds func(workload.Verdict) bool
	must  string // ends "expected the run to …"
	why   func(workload.Verdict) string
}

// Match errs for anything but a Verdict, and for a Verdict that is invalid.
func (m onVerdict) Match(actual any) (bool, error) {
	v, ok := actual.(workload.Verdict)
	if !ok {
		return false, fmt.Errorf("expected a workload.Verdict, got %T", actual)
	}
	if v.Assumptions != nil {
		return false, fmt.Errorf("expected the run to %s, but %s: %s", m.must, Unproven, v)
	}
	return m.holds(v), nil
}

// FailureMessage tells what was expected and the whole verdict.
func (m onVerdict) FailureMessage(actual any) string { return m.message(actual, m.must) }

// NegatedFailureMessage tells what was not expected and the whole verdict.
func (m onVerdict) NegatedFailureMessage(actual any) string { return m.message(actual, "not "+m.must) }

func (m onVerdict) message(actual any, must string) string {
	v, _ := actual.(workload.Verdict) // Match came before, and has seen to that
	why := ""
	if m.why != nil {
		why = m.why(v) + ": "
	}
	return fmt.Sprintf("expected the run to %s, but %s%s", must, why, v)
}
