package expect

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// LagWithin holds for a workload.Lag, or for a list of them, when no replica lagged further behind than the budget says. It errs
// for a budget without a limit, for an empty list, and for samples that prove nothing.
func LagWithin(budget workload.LagBudget) types.GomegaMatcher { return lagWithin{budget} }

type lagWithin struct{ budget workload.LagBudget }

// Match errs, both ways, for what is no lag and for what proves nothing.
func (m lagWithin) Match(actual any) (bool, error) {
	lags := lagsOf(actual)
	if len(lags) == 0 {
		return false, fmt.Errorf("expected a workload.Lag or some of them, got %T with %v", actual, actual)
	}
	if m.budget == (workload.LagBudget{}) {
		return false, fmt.Errorf("expected a lag within a budget, but this budget has no limit")
	}
	for _, l := range lags {
		if l.Assumptions != nil {
			return false, fmt.Errorf("expected lag within %s, but %s: %s", m.budget, Unproven, l)
		}
	}
	return len(m.broken(lags)) == 0, nil
}

func lagsOf(actual any) []workload.Lag {
	switch actual := actual.(type) {
	case workload.Lag:
		return []workload.Lag{actual}
	case []workload.Lag:
		return actual
	}
	return nil
}

func (m lagWithin) broken(lags []workload.Lag) (all []string) {
	for _, l := range lags {
		if broken := m.budget.Broken(l); broken != "" {
			all = append(all, broken)
		}
	}
	return all
}

// FailureMessage names each replica that lags too far, the quantile that broke, and then everything that was measured.
func (m lagWithin) FailureMessage(actual any) string {
	lags := lagsOf(actual)
	return fmt.Sprintf("expected lag within %s, but %s\n%s", m.budget, strings.Join(m.broken(lags), "; "), lines(lags))
}

// NegatedFailureMessage is for controls in which a replica was made to lag.
func (m lagWithin) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("expected a replica to lag further than %s, as this control was set up to do, but none did\n%s", m.budget, lines(lagsOf(actual)))
}

func lines(lags []workload.Lag) string {
	var all []string
	for _, l := range lags {
		all = append(all, l.String())
	}
	return strings.Join(all, "\n")
}
