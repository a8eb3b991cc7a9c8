package standalone_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
)

// A killed process leaves what it wrote in the page cache of a living kernel. So these specs prove that Redis writes
// before it answers, and that the chart brings the same files back; they prove nothing about a power loss.
var _ = Describe("durability under a continuous writer", func() {
	It("loses no acknowledged write to SIGKILL with appendfsync always", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("aof-always"))
		writer := env.Write(ctx, rs)
		writer.More(ctx, 1000)

		killed := env.Inject(ctx, fault.KillServer(), rs)

		writer.More(ctx, 1000)
		Expect(writer.Judge(ctx, killed)).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented()))
	})

	It("loses at most one postponed flush of 2 s to SIGKILL with appendfsync everysec", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("aof-everysec"))
		writer := env.Write(ctx, rs)
		writer.More(ctx, 3000)

		killed := env.Inject(ctx, fault.KillServer(), rs)

		writer.More(ctx, 1000)
		Expect(writer.Judge(ctx, killed)).To(And(expect.SoundAssumptions(), expect.LostAtMost(2*time.Second), expect.NothingInvented()))
	})

	It("control: a server that loses its append-only file is seen to lose acknowledged writes", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("aof-always", chart.Values{"commonConfiguration": "appendonly no\nsave \"\""}))
		writer := env.Write(ctx, rs)
		writer.More(ctx, 1000)

		killed := env.Inject(ctx, fault.KillServer(), rs)

		writer.More(ctx, 1000)
		Expect(writer.Judge(ctx, killed)).To(And(expect.SoundAssumptions(), expect.SomethingLost()))
	})
})
