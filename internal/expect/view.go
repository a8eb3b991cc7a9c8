package expect

import (
	"fmt"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/topology"
)

// Formed holds for a view in which every server is there, exactly one is the master, the others are in sync with it, and every
// Sentinel says so.
func Formed() types.GomegaMatcher { return onView{"form", topology.View.Formed} }

// OnePrimary holds for a view in which every server answers and exactly one claims to be the master.
func OnePrimary() types.GomegaMatcher { return onView{"have one master", topology.View.OnePrimary} }

// InSync holds for a view in which every replica's link is up, with the master's replication id.
func InSync() types.GomegaMatcher { return onView{"be in sync", topology.View.InSync} }

// Agreed holds for a view in which all sentinels name the one master and know everybody.
func Agreed() types.GomegaMatcher {
	return onView{"be agreed on by its sentinels", topology.View.Agreed}
}

type onView struct {
	must string // ends "expected the release to …"
	ask  func(topology.View) error
}

// Match errs for anything but a View of at least one member.
func (m onView) Match(actual any) (bool, error) {
	v, ok := actual.(topology.View)
	if !ok || len(v.Seen) == 0 {
		return false, fmt.Errorf("expected a topology.View of at least one member, got %T: %v", actual, actual)
	}
	return m.ask(v) == nil, nil
}

// FailureMessage tells what is wrong and the whole view.
func (m onView) FailureMessage(actual any) string {
	v, _ := actual.(topology.View)
	return fmt.Sprintf("expected the release to %s, but %v\n%s", m.must, m.ask(v), v)
}

// NegatedFailureMessage shows the whole view.
func (m onView) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("expected the release not to %s, but it does\n%s", m.must, actual)
}
