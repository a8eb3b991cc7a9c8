package sentinel_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
)

// Failovers are timed, so each runs alone: on a small machine the specs beside it would be measured too.
var _ = Describe("when the master dies without a word", Serial, Label("timed"), func() {
	DescribeTable("one replica takes over, and what was acknowledged before stays, through",
		func(ctx SpecContext, f fault.Fault, overlap time.Duration) {
			rs := env.Deploy(ctx, watched("sentinel"))

			took := env.Failover(ctx, rs, f)

			Expect(took).To(And(expect.SwitchedOnce(), expect.Detected(detection), expect.MostAdvanced(), expect.OneMaster(overlap), expect.Rejoined()))
			Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.LostAtMost(unreplicated), expect.NothingInvented()))
		},
		Entry("a forced delete of its pod, which is held down", fault.HeldDown(fault.DeletePodNow()), lastWords),
		Entry("SIGKILL of its process, again whenever it starts", fault.CrashServer(), none))

	It("one replica takes over when its process hangs, and the old master is demoted once it wakes up", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel"))

		took := env.Failover(ctx, rs, fault.Freeze())

		Expect(took).To(And(expect.SwitchedOnce(), expect.Detected(detection), expect.MostAdvanced(), expect.OneMaster(demotion), expect.Rejoined()))
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.LostAtMost(unreplicated), expect.NothingInvented()))
	})

	It("one replica takes over when its node is cut off, and the old master is demoted once the node is back", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel", spread))
		env.MoveToWorker(ctx, rs)

		took := env.Failover(ctx, rs, fault.IsolateNode())

		Expect(took).To(And(expect.SwitchedOnce(), expect.Detected(detection), expect.MostAdvanced(), expect.OneMaster(demotion), expect.Rejoined()))
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.LostAtMost(unreplicated), expect.NothingInvented()))
	})

	It("keeps its master, and reports no failover, when the killed process is back before it is missed", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel", chart.Values{"sentinel": map[string]any{"downAfterMilliseconds": 10_000}}))

		took := env.Failover(ctx, rs, fault.KillServer())

		Expect(took).To(And(expect.NoFailover(), Not(expect.SwitchedOnce()), expect.Rejoined()))
		Expect(took.Verdict).To(And(expect.SoundAssumptions(), expect.LostAtMost(unreplicated)))
	})

	It("never promotes a replica of priority 0", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel"))
		never := env.Forbid(ctx, rs)

		took := env.Failover(ctx, rs, fault.HeldDown(fault.DeletePodNow()))

		Expect(took).To(expect.SwitchedOnce())
		Expect(took.After.Pod).NotTo(Equal(never.Pod), "the replica of priority 0 was promoted")
	})
})
