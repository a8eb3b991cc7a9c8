package networkpolicy_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
	"redis-e2e/internal/topology"
)

// That it formed is proved by Deploy. A failover needs more ways than that: from each Sentinel to each other one and to every
// server, and from a new pod, under a new address, to all of them.
var _ = Describe("a failover behind a closed policy", Serial, Label("timed"), func() {
	It("is a hand-over when the master is asked to go", func(ctx SpecContext) {
		patient := chart.Values{"sentinel": map[string]any{"downAfterMilliseconds": 8000}}
		rs := env.Deploy(ctx, behind("closed", topology.Spec{Shape: topology.Sentinel, Fixture: "sentinel", Override: patient}))

		took := env.Failover(ctx, rs, fault.DeletePod())

		Expect(took).To(And(expect.SwitchedOnce(), expect.HandedOver(), expect.Rejoined()))
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented()))
	})

	It("is a promotion when the master dies", func(ctx SpecContext) {
		rs := env.Deploy(ctx, behind("closed", topology.Spec{Shape: topology.Sentinel, Fixture: "sentinel"}))

		took := env.Failover(ctx, rs, fault.CrashServer())

		Expect(took).To(And(expect.SwitchedOnce(), expect.Detected(detection), expect.MostAdvanced(), expect.Rejoined()))
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.NothingInvented()))
	})
})
