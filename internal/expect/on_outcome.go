package expect

import (
	"fmt"

	"redis-e2e/internal/failover"
)

// onOutcome is a matcher for a failover.Outcome.
type onOutcome struct {
	holds func(failover.Outcome) bool
	must  string // ends "expected the release to …"
	why   func(failover.Outcome) string
}

// Match errs for anything but an Outcome.
func (m onOutcome) Match(actual any) (bool, error) {
	o, ok := actual.(failover.Outcome)
	if !ok {
		return false, fmt.Errorf("expected a failover.Outcome, got %T", actual)
	}
	return m.holds(o), nil
}

// FailureMessage tells what was expected, what went wrong, and the whole outcome.
func (m onOutcome) FailureMessage(actual any) string { return m.message(actual, m.must) }

// NegatedFailureMessage tells what was not expected and the whole outcome.
func (m onOutcome) NegatedFailureMessage(actual any) string {
	return m.message(actual, "not "+m.must)
}

func (m onOutcome) message(actual any, must string) string {
	o, _ := actual.(failover.Outcome) // Match came before, and has seen to that
	why := o.Stayed()
	if why == "" && m.why != nil {
		why = m.why(o)
	}
	return fmt.Sprintf("expected the release to %s, but %s\n  %s", must, why, o)
}
