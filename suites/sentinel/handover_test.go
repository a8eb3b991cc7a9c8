package sentinel_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
)

// One graceful delete proves nothing: whether a hand-over reaches the other sentinels before the local one dies can be a
// matter of phase.
const handovers = 5

// patient has the sentinels wait long for a silent master, so that a hand-over cannot be taken for a detection.
var patient = chart.Values{"sentinel": map[string]any{"downAfterMilliseconds": 8000}}

var _ = Describe("when the master is asked to go", Serial, Label("timed"), func() {
	It("hands over before it is missed, every time, whichever pod is the master", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel", patient))
		masters := env.Rotation(rs)
		for n := 1; n <= handovers || !masters.Complete(); n++ {
			masters.Prefer(ctx, n >= handovers-1)
			By("graceful delete " + masters.String())

			took := env.Failover(ctx, rs, fault.DeletePod())
			masters.Add(took)

			Expect(took).To(And(expect.SwitchedOnce(), expect.HandedOver(), expect.GoneWithin(goodbye), expect.OneMaster(goodbye),
				expect.Rejoined()))
			Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented()))
		}
	})

	It("hands over when its node is drained, and comes back when the node does", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel", spread, patient))
		env.MoveToWorker(ctx, rs)

		took := env.Failover(ctx, rs, fault.DrainNode())

		Expect(took).To(And(expect.SwitchedOnce(), expect.HandedOver(), expect.Rejoined()))
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented()))
	})

	It("control: a failover that does not pause writes first is seen to lose acknowledged ones", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel"))

		took := env.Failover(ctx, rs, fault.SwitchOver())

		Expect(took).To(expect.SwitchedOnce())
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.SomethingLost()))
	})

	It("control: a chart whose preStop hook does nothing is seen as such", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel", chart.Values{"sentinel": map[string]any{"redisShutdownWaitFailover": false}}, patient))

		took := env.Failover(ctx, rs, fault.HeldDown(fault.DeletePod()))

		Expect(took).To(And(expect.SwitchedOnce(), Not(expect.HandedOver())))
		Expect(took.Gap()).To(BeNumerically(">=", took.DownAfter-time.Second), took.String())
	})
})
