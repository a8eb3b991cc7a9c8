// Package networkpolicy_test states who can reach a release whose NetworkPolicy is on, whom its pods can reach, and that it forms
// and fails over behind it.
package networkpolicy_test

import (
	"slices"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/harness"
	"redis-e2e/internal/reach"
	"redis-e2e/internal/topology"
)

var env = harness.New("networkpolicy")

func TestNetworkPolicy(t *testing.T) { env.Run(t) }

// On a cluster that enforces nothing, every refusal below would be missing and every admission would prove nothing.
var _ = BeforeEach(func(ctx SpecContext) { env.Enforced(ctx) })

// detection is what may pass beyond down-after until writes are acknowledged again, as without a policy.
const detection = 4 * time.Second

// shapes runs the same spec for each topology.
var shapes = []TableEntry{
	Entry("standalone", topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"}),
	Entry("replication", topology.Spec{Shape: topology.Replication, Fixture: "replication"}),
	Entry("sentinel", topology.Spec{Shape: topology.Sentinel, Fixture: "sentinel"}),
}

// behind puts a release behind the policy of an overlay.
func behind(overlay string, spec topology.Spec) topology.Spec {
	spec.Also = append(spec.Also, overlay)
	return spec
}

// everybody who might call: labelled as a client or not, in the release's namespace or another, one of its own pods, and a node.
func everybody(ctx SpecContext, rs *topology.Deployment) harness.Callers {
	GinkgoHelper()
	client := map[string]string{rs.Dialect.ClientLabel(): "true"}
	elsewhere := env.Elsewhere(ctx)
	return env.Callers(ctx, rs,
		harness.Caller{Name: "client", Labels: client},
		harness.Caller{Name: "stranger"},
		harness.Caller{Name: "own pod", Labels: rs.Dialect.ReleaseSelector()},
		harness.Caller{Name: "client elsewhere", Namespace: elsewhere, Labels: client},
		harness.Caller{Name: "stranger elsewhere", Namespace: elsewhere},
		harness.Caller{Name: "node", Host: true})
}

// nearby are those of everybody in the release's own namespace.
func nearby(ctx SpecContext, rs *topology.Deployment) harness.Callers {
	GinkgoHelper()
	return env.Callers(ctx, rs,
		harness.Caller{Name: "client", Labels: map[string]string{rs.Dialect.ClientLabel(): "true"}},
		harness.Caller{Name: "stranger"},
		harness.Caller{Name: "own pod", Labels: rs.Dialect.ReleaseSelector()})
}

// only admits these at every door.
func only(names ...string) func(string, reach.Door) bool {
	return func(who string, _ reach.Door) bool { return slices.Contains(names, who) }
}
