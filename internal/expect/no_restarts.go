package expect

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/topology"
)

// NoRestarts holds for members whose containers all run since they were first started.
func NoRestarts() types.GomegaMatcher { return noRestarts{} }

type noRestarts struct{}

// Match errs for anything but a non-empty list of members.
func (noRestarts) Match(actual any) (bool, error) {
	members, ok := actual.([]topology.Member)
	if !ok || len(members) == 0 {
		return false, fmt.Errorf("NoRestarts needs the members of a release, got %T with %v", actual, actual)
	}
	for _, m := range members {
		if m.Restarts > 0 {
			return false, nil
		}
	}
	return true, nil
}

// FailureMessage counts the restarts of each member.
func (noRestarts) FailureMessage(actual any) string {
	return "expected no container to have restarted, but " + restarts(actual)
}

// NegatedFailureMessage is for controls in which a container was made to restart.
func (noRestarts) NegatedFailureMessage(actual any) string {
	return "expected the restart to be counted, but " + restarts(actual)
}

func restarts(actual any) string {
	var parts []string
	for _, m := range actual.([]topology.Member) {
		parts = append(parts, fmt.Sprintf("pod %s counts %d restarts", m.Pod, m.Restarts))
	}
	return strings.Join(parts, ", ")
}
