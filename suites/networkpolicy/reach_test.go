package networkpolicy_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/reach"
	"redis-e2e/internal/topology"
)

var _ = Describe("who gets in", func() {
	DescribeTable("clients of the namespace and the release's own pods, and nobody else, where it is closed, of",
		func(ctx SpecContext, spec topology.Spec) {
			rs := env.Deploy(ctx, behind("closed", spec))
			Expect(everybody(ctx, rs).Reach(ctx, env.Doors(rs), only("client", "own pod"))).To(expect.AsIntended())
		}, shapes)

	DescribeTable("everybody, where it is open, of",
		func(ctx SpecContext, spec topology.Spec) {
			rs := env.Deploy(ctx, behind("open", spec))
			callers := everybody(ctx, rs)
			Expect(callers.Reach(ctx, env.Doors(rs), func(string, reach.Door) bool { return true })).To(expect.AsIntended())
		}, shapes)

	It("only the ports of the release, even where it is open", func(ctx SpecContext) {
		rs := env.Deploy(ctx, behind("open", topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"}))
		callers := nearby(ctx, rs)
		other := callers.Door(ctx, "own pod") // one of the release's pods as the policy sees it, with a port that is not Redis'
		doors := append(env.Doors(rs), other)
		Expect(callers.Reach(ctx, doors, func(who string, d reach.Door) bool { return d != other || who == "own pod" })).To(expect.AsIntended())
	})

	It("everybody to the exporters, for Prometheus is no client, and only those that the values name once they are closed too", func(ctx SpecContext) {
		rs := env.Deploy(ctx, behind("metrics", behind("closed", topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"})))
		callers := everybody(ctx, rs)
		doors := append(env.Doors(rs), env.ExporterDoors(rs)...)
		exporter := func(d reach.Door) bool { return slices.Contains(env.ExporterDoors(rs), d) }
		clients := only("client", "own pod")
		prometheus := func(who string, _ reach.Door) bool { return who != "own pod" } // which may leave for Redis and DNS alone
		admitted := func(who string, d reach.Door) bool {
			return exporter(d) && prometheus(who, d) || !exporter(d) && clients(who, d)
		}
		Expect(callers.Reach(ctx, doors, admitted)).To(expect.AsIntended())

		env.Upgrade(ctx, rs, chart.Values{"networkPolicy": map[string]any{"metrics": map[string]any{"allowExternal": false,
			"ingressNSMatchLabels": map[string]any{"kubernetes.io/metadata.name": string(callers.Namespace("stranger elsewhere"))}}}})
		prometheus = only("client elsewhere", "stranger elsewhere")
		Eventually(ctx, func(ctx SpecContext) reach.Table {
			return callers.Reach(ctx, doors, func(who string, d reach.Door) bool {
				return exporter(d) && prometheus(who, d) || !exporter(d) && clients(who, d)
			})
		}).Within(env.Timeouts.Recovered).Should(expect.AsIntended())
	})

	It("another namespace too, once the values let it in", func(ctx SpecContext) {
		in := chart.Values{"networkPolicy": map[string]any{
			"ingressNSMatchLabels": map[string]any{"kubernetes.io/metadata.name": "kube-system"}, "ingressNSPodMatchLabels": map[string]any{}}}
		rs := env.Deploy(ctx, behind("closed", topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral", Override: in}))
		callers := everybody(ctx, rs)
		Expect(callers.Reach(ctx, env.Doors(rs), only("client", "own pod"))).To(expect.AsIntended(), "a namespace that was not named got in")

		env.Upgrade(ctx, rs, chart.Values{"networkPolicy": map[string]any{
			"ingressNSMatchLabels": map[string]any{"kubernetes.io/metadata.name": string(callers.Namespace("stranger elsewhere"))}}})
		Eventually(ctx, func(ctx SpecContext) reach.Table {
			return callers.Reach(ctx, env.Doors(rs), only("client", "own pod", "client elsewhere", "stranger elsewhere"))
		}).Within(env.Timeouts.Recovered).Should(expect.AsIntended())
	})

	It("control: without a policy the same table shows everybody in", func(ctx SpecContext) {
		rs := env.Deploy(ctx, topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"})
		wrong := everybody(ctx, rs).Reach(ctx, env.Doors(rs), only("client", "own pod")).Wrong()
		Expect(wrong).To(HaveLen(2*4), "four who should be shut out, at two doors")
		Expect(wrong).To(HaveEach(HaveSuffix("and should not")))
	})
})

var _ = Describe("what the release's own pods reach", func() {
	It("is one another and DNS, and nothing else, where it is closed", func(ctx SpecContext) {
		rs := env.Deploy(ctx, behind("closed", topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"}))
		callers := everybody(ctx, rs)
		outside := callers.Door(ctx, "stranger elsewhere")
		doors := append(env.Doors(rs), outside)
		table := callers.Reach(ctx, doors, func(who string, d reach.Door) bool {
			return d == outside && who != "own pod" || d != outside && slices.Contains([]string{"client", "own pod"}, who)
		})
		// Names resolved, or the table would hold other errors than silence: DNS is open.
		Expect(table).To(expect.AsIntended())
	})

	It("control: is everything where it is open", func(ctx SpecContext) {
		rs := env.Deploy(ctx, behind("open", topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"}))
		callers := everybody(ctx, rs)
		doors := append(env.Doors(rs), callers.Door(ctx, "stranger elsewhere"))
		Expect(callers.Reach(ctx, doors, func(string, reach.Door) bool { return true })).To(expect.AsIntended())
	})
})
