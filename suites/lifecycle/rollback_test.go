package lifecycle_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/expect"
)

var _ = Describe("helm rollback", func() {
	It("goes back to the revision before, and to an older one, and keeps what was written in between", func(ctx SpecContext) {
		rs := env.Deploy(ctx, durable)
		env.Upgrade(ctx, rs, limited("100mb"))
		env.Upgrade(ctx, rs, limited("200mb"))
		data, claims := env.Seed(ctx, rs, keys), env.Claims(ctx, rs)
		writer := env.Write(ctx, rs)
		writer.More(ctx, 500)

		struck := env.During("two rollbacks", func() {
			env.Rollback(ctx, rs, 0)
			env.Ready(ctx, rs)
			Expect(rs.Client().ConfigGet(ctx, "maxmemory").Val()).To(HaveKeyWithValue("maxmemory", "104857600"))
			env.Rollback(ctx, rs, 1)
			env.Ready(ctx, rs)
			Expect(rs.Client().ConfigGet(ctx, "maxmemory").Val()).To(HaveKeyWithValue("maxmemory", "0"))
		})

		writer.More(ctx, 500)
		Expect(writer.Judge(ctx, struck)).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented(), expect.OutageBelow(restart)))
		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
		Expect(env.Claims(ctx, rs)).To(Equal(claims), "the claims")
		Expect(env.History(ctx, rs)).To(Equal([]string{
			"1 superseded: Install complete", "2 superseded: Upgrade complete", "3 superseded: Upgrade complete",
			"4 superseded: Rollback to 2", "5 deployed: Rollback to 1",
		}))
	})

	// A StatefulSet waits for a pod to become Ready before it replaces it, a broken one too: kubernetes/kubernetes#67250.
	It("out of a broken upgrade waits for the broken pod, which is named, and is done once somebody deletes it", func(ctx SpecContext) {
		rs := env.Deploy(ctx, durable)
		data := env.Seed(ctx, rs, keys)
		Expect(env.Apply(ctx, rs, broken)).To(Succeed())
		Expect(env.Broken(ctx, rs)).To(HaveExactElements(HavePrefix("pod redis-master-0:")))

		env.Rollback(ctx, rs, 0)

		Expect(env.Stuck(ctx, rs, 15*time.Second)).To(Equal([]string{"redis-master-0"}), "pods that nothing replaces")
		env.Unstick(ctx, rs)
		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
		Expect(env.History(ctx, rs)).To(HaveExactElements(HavePrefix("1 superseded"), HavePrefix("2 superseded"), Equal("3 deployed: Rollback to 1")))
	})

	// Redis reads the files of older versions, not of newer ones. Helm calls the rollback deployed all the same.
	It("to a Redis that cannot read what the later one wrote is a crash loop, said to be one; the data is there again once it is undone", func(ctx SpecContext) {
		before := durable
		before.Override = env.Older()
		rs := env.Deploy(ctx, before)
		env.Upgrade(ctx, rs, env.Current())
		data := env.Seed(ctx, rs, keys)
		env.RewriteAOF(ctx, rs)

		env.Rollback(ctx, rs, 0)

		Expect(env.Broken(ctx, rs)).To(HaveExactElements(And(HavePrefix("pod redis-master-0:"), ContainSubstring("CrashLoopBackOff"),
			ContainSubstring("Can't handle RDB format version"))))
		Expect(env.History(ctx, rs)).To(HaveExactElements(HavePrefix("1 superseded"), HavePrefix("2 superseded"), Equal("3 deployed: Rollback to 1")))

		env.Rollback(ctx, rs, 2)
		Expect(env.Stuck(ctx, rs, 10*time.Second)).To(Equal([]string{"redis-master-0"}), "pods that nothing replaces")
		env.Unstick(ctx, rs)
		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
	})
})
