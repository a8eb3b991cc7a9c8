package tls_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/topology"
)

// Hooks and scripts talk to servers and sentinels too, and are the first to be forgotten when the plaintext port goes.
var _ = Describe("a failover over TLS", Serial, Label("timed"), func() {
	It("is a hand-over when the master is asked to go", func(ctx SpecContext) {
		patient := chart.Values{"sentinel": map[string]any{"downAfterMilliseconds": 8000}}
		rs := env.Deploy(ctx, secured(sentinels, topology.Identity{Authority: env.Authority("ours")}, patient))

		took := env.Failover(ctx, rs, fault.DeletePod())

		Expect(took).To(And(expect.SwitchedOnce(), expect.HandedOver(), expect.Rejoined()))
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented()))
	})

	It("is a promotion when the master dies, and the new one is trusted by its name", func(ctx SpecContext) {
		rs := env.Deploy(ctx, secured(sentinels, topology.Identity{Authority: env.Authority("ours")}))

		took := env.Failover(ctx, rs, fault.CrashServer())

		Expect(took).To(And(expect.SwitchedOnce(), expect.Detected(detection), expect.MostAdvanced(), expect.Rejoined()))
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.NothingInvented()))
		Expect(env.Receive(ctx, rs, harness.Guest{Name: "strict", TLS: rs.TLS, Admit: true}, harness.Guest{Name: "plaintext"})).To(expect.AsIntended())
	})
})
