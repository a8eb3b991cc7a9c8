package metrics_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/topology"
)

var _ = Describe("an exporter", func() {
	DescribeTable("reaches its server, and says of role, replicas and keys what the server says, of",
		func(ctx SpecContext, spec topology.Spec, tls bool) {
			if tls {
				spec = secured(spec)
			}
			rs := env.Deploy(ctx, spec)
			env.Seed(ctx, rs, keys)
			env.CaughtUp(ctx, rs)
			Expect(env.Mismeasured(ctx, rs)).To(BeEmpty())
		},
		Entry("standalone with a password", measured(standalone), false),
		Entry("standalone without a password", measured(standalone, open), false),
		Entry("standalone with TLS", measured(standalone), true),
		Entry("replication", measured(replication), false),
		Entry("sentinel", measured(sentinel), false),
		Entry("sentinel with TLS", measured(sentinel), true))

	It("notices that another server is the master now", func(ctx SpecContext) {
		rs := env.Deploy(ctx, measured(sentinel))
		before := env.Scrape(ctx, rs)
		env.Promote(ctx, rs)

		Expect(env.Mismeasured(ctx, rs)).To(BeEmpty())
		changed := 0
		for pod, reading := range env.Scrape(ctx, rs) {
			if reading.Label("redis_instance_info", "role") != before[pod].Label("redis_instance_info", "role") {
				changed++
			}
		}
		Expect(changed).To(Equal(2), "one pod that became master, and one that was it")
	})

	// Its pod is Ready all the same: what is not read is not known.
	It("control: that does not reach its server is found out, though its pod is Ready", func(ctx SpecContext) {
		wrong := chart.Values{"metrics": map[string]any{"extraArgs": map[string]any{"redis.password": "not-the-password"}}}
		rs := env.Deploy(ctx, measured(standalone, wrong))
		Expect(env.Mismeasured(ctx, rs)).To(HaveExactElements(
			HavePrefix("redis-master-0: redis_up is 0: its exporter does not reach the server, which answers us")))
	})
})
