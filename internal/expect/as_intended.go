package expect

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/reach"
)

// AsIntended holds for a reach.Table in which everybody got in where they should, was refused where they should not, and every
// door was opened by somebody.
func AsIntended() types.GomegaMatcher { return asIntended{} }

type asIntended struct{}

// Match errs for anything but a Table of at least one visit.
func (asIntended) Match(actual any) (bool, error) {
	t, ok := actual.(reach.Table)
	if !ok || len(t) == 0 {
		return false, fmt.Errorf("expected a reach.Table of at least one visit, got %T: %v", actual, actual)
	}
	return len(t.Wrong()) == 0, nil
}

// FailureMessage tells what is wrong, a line each, and the whole table.
func (asIntended) FailureMessage(actual any) string {
	t, _ := actual.(reach.Table)
	return fmt.Sprintf("expected everybody to get in where they should and nowhere else, but\n  %s\n%s", strings.Join(t.Wrong(), "\n  "), t)
}

// NegatedFailureMessage shows the whole table.
func (asIntended) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("expected somebody to get in where they should not or to be shut out where they should get in, but\n%s", actual)
}
