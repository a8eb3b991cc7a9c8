package replication_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
	"redis-e2e/internal/redisx"
)

var _ = Describe("what the master holds", func() {
	It("reaches replicas that come later, value by value, and those that stay when others go", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication", replicas(1)))
		data := env.Seed(ctx, rs, keys)

		env.Upgrade(ctx, rs, replicas(3))
		Expect(env.Formed(ctx, rs).Seen).To(HaveLen(4))
		Expect(env.CompareReplicas(ctx, rs, data)).To(And(HaveLen(3), HaveEach(expect.SameData())))

		env.Upgrade(ctx, rs, replicas(1))
		Eventually(ctx, rs.View).Within(env.Timeouts.Formed).Should(expect.Formed())
		Expect(env.CompareReplicas(ctx, rs, data)).To(And(HaveLen(1), HaveEach(expect.SameData())))
	})

	It("includes every single write of a continuous writer", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication"))
		writer := env.Write(ctx, rs)
		writer.More(ctx, 5000)
		Expect(writer.JudgeReplicas(ctx)).To(And(HaveLen(2), HaveEach(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented()))))
	})

	It("cannot be changed through a replica", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication"))
		Expect(rs.Client().Set(ctx, "key", "from the master", 0).Err()).To(Succeed())
		env.CaughtUp(ctx, rs)
		for _, replica := range expect.Value(rs.Replicas(ctx)) {
			client := rs.Direct(replica)
			Expect(redisx.IsReadOnly(client.Set(ctx, "key", "from a replica", 0).Err())).To(BeTrue(), "%s took a write", replica.Pod)
			Expect(client.Get(ctx, "key").Val()).To(Equal("from the master"), "%s", replica.Pod)
		}
	})

	It("reads like one single copy, on the master, to clients that run at once", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication"))
		Expect(env.Registers(ctx, rs, rs.Client())).To(expect.Linearizable())
	})

	It("control: read from replicas, the same check sees values that are not the newest", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication", replicas(1)))
		behind := expect.Value(rs.Replicas(ctx))[0]
		env.Strike(ctx, fault.FreezeLink(), fault.Target{Deployment: rs, Member: behind})
		Expect(env.Registers(ctx, rs, rs.Direct(behind))).NotTo(expect.Linearizable())
	})
})
