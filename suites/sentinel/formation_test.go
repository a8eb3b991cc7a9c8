package sentinel_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
	"redis-e2e/internal/redisx"
)

// What stays so is looked at for seconds: a spec that deploys beside it would be seen too, on a small machine.
var _ = Describe("formation", Serial, func() {
	It("forms one master and two replicas that all sentinels agree on, and stays so", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel"))
		Consistently(ctx, rs.View).WithTimeout(5 * time.Second).WithPolling(250 * time.Millisecond).Should(expect.Formed())
		Expect(expect.Value(rs.Members(ctx))).To(expect.NoRestarts())
	})

	It("leads clients to the master through the Service of the sentinels", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel"))
		client := env.Discover(ctx, rs)
		Expect(client.Set(ctx, "found", "by asking", 0).Err()).To(Succeed())
		Expect(expect.Value(redisx.ReadRole(ctx, client))).To(HaveField("Kind", "master"))
		primary := expect.Value(rs.Primary(ctx))
		Expect(rs.Direct(primary).Get(ctx, "found").Val()).To(Equal("by asking"), "%s, which the sentinels name, does not have it", primary.Pod)
	})

	It("keeps two releases with the same master set in neighbouring namespaces apart", Label("timed"), func(ctx SpecContext) {
		here, there := env.Deploy(ctx, watched("sentinel")), env.Deploy(ctx, watched("sentinel"))
		before := expect.Value(there.View(ctx))

		Expect(env.Failover(ctx, here, fault.DeletePod())).To(And(expect.SwitchedOnce(), expect.Rejoined()))

		Expect(expect.Value(there.View(ctx)).Since(before)).To(BeEmpty(), "the neighbour changed")
		Expect(expect.Value(there.View(ctx))).To(expect.Formed())
		Expect(expect.Value(here.View(ctx))).To(expect.Formed())
	})

	It("recovers one master and every acknowledged write when all pods die at once", func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel-persistent"))
		data := env.Seed(ctx, rs, 2000)
		env.CaughtUp(ctx, rs)

		env.Strike(ctx, fault.DeleteAllPods(), fault.Target{Deployment: rs})

		env.Formed(ctx, rs)
		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
		for pod, diff := range env.CompareReplicas(ctx, rs, data) {
			Expect(diff).To(expect.SameData(), pod)
		}
	})

	It("promotes nobody without a quorum, and somebody once there is one again", Label("timed"), func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched("sentinel"))
		master := expect.Value(rs.Primary(ctx))
		deaf := env.FreezeSentinels(ctx, rs, 2)
		hung := env.Strike(ctx, fault.Freeze(), fault.Target{Deployment: rs, Member: master})
		Consistently(ctx, env.Promoted(rs, master)).WithTimeout(env.Patience(rs)).Should(BeEmpty())

		for _, sentinel := range deaf {
			env.Heal(ctx, sentinel)
		}
		Eventually(ctx, env.Promoted(rs, master)).Within(tilt + env.Timeouts.PrimaryElected).Should(HaveLen(1))
		env.Heal(ctx, hung)
		env.Formed(ctx, rs)
		Expect(expect.Value(rs.Primary(ctx)).Pod).NotTo(Equal(master.Pod))
	})
})
