package sentinel_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
)

// perRelease is how many failovers one release goes through before a fresh one takes its place: a container that was killed
// several times is restarted later each time, and that would be measured too.
const perRelease = 3

// `redis-e2e failover` runs these, `make e2e` does not.
var _ = Describe("what a failover costs", Label("bench", "failover"), Serial, func() {
	DescribeTable("is sampled for",
		func(ctx SpecContext, f fault.Fault) {
			for left := env.Session.Config.Times; left > 0; left -= perRelease {
				rs := env.Deploy(ctx, watched("sentinel"))
				for range min(left, perRelease) {
					Expect(env.Failover(ctx, rs, f)).To(And(expect.SwitchedOnce(), expect.Rejoined()))
				}
				env.Remove(ctx, rs)
			}
		},
		Entry("a graceful delete", fault.DeletePod()),
		Entry("a forced delete that is held down", fault.HeldDown(fault.DeletePodNow())),
		Entry("a crash loop", fault.CrashServer()),
		Entry("a hang", fault.Freeze()),
		Entry("a failover that does not pause writes", fault.SwitchOver()))
})
