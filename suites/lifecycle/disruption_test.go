package lifecycle_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
	"redis-e2e/internal/topology"
)

var _ = Describe("disruptions", func() {
	It("are refused while one server is away already, and allowed when all are there", Serial, func(ctx SpecContext) {
		rs := env.Deploy(ctx, topology.Spec{Shape: topology.Sentinel, Fixture: "sentinel"})
		replicas := expect.Value(rs.Replicas(ctx))
		away := env.Strike(ctx, fault.HeldDown(fault.DeletePodNow()), fault.Target{Deployment: rs, Member: replicas[0]})

		Expect(env.Evict(ctx, rs, replicas[1])).To(MatchError(ContainSubstring("violate the pod's disruption budget")))

		env.Heal(ctx, away)
		env.Formed(ctx, rs)
		Eventually(ctx, func(ctx SpecContext) error { return env.Evict(ctx, rs, replicas[1]) }).Within(env.Timeouts.Formed).Should(Succeed())
		env.Formed(ctx, rs)
	})

	DescribeTable("scaling to nothing and back finds the data again, of",
		func(ctx SpecContext, spec topology.Spec) {
			rs := env.Deploy(ctx, spec)
			data := env.Seed(ctx, rs, keys)
			if len(rs.Dialect.Servers()) > 1 {
				env.CaughtUp(ctx, rs)
			}
			servers := len(rs.Dialect.Servers())

			env.Scale(ctx, rs, 0)
			env.Scale(ctx, rs, servers)

			env.Ready(ctx, rs)
			Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
		},
		Entry("standalone", durable),
		Entry("sentinel", Serial, watched))

	It("of one node never reach two servers that hard anti-affinity keeps apart", func(ctx SpecContext) {
		apart := chart.Values{"replica": map[string]any{"replicaCount": 3, "podAntiAffinityPreset": "hard", "tolerations": everywhere}}
		rs := env.Install(ctx, topology.Spec{Shape: topology.Replication, Fixture: "replication", Override: apart})
		env.Ready(ctx, rs)
		nodes := map[string]string{}
		for _, m := range expect.Value(rs.Replicas(ctx)) {
			Expect(nodes).NotTo(HaveKey(string(m.Node)), fmt.Sprintf("%s is on a node with another one", m.Pod.Name))
			nodes[string(m.Node)] = string(m.Pod.Name)
		}

		Expect(env.Apply(ctx, rs, chart.Values{"replica": map[string]any{"replicaCount": 4}})).To(Succeed())
		Expect(env.Broken(ctx, rs)).To(HaveExactElements(And(HavePrefix("pod redis-replicas-3:"), ContainSubstring("anti-affinity"))))
	})
})

// everywhere tolerates the control plane, so that three nodes take three servers.
var everywhere = []any{map[string]any{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}}
