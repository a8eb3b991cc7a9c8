package standalone_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
	"redis-e2e/internal/workload"
)

const keys = 5000

var _ = Describe("persistence", func() {
	DescribeTable("with an append-only file keeps every key and value, on the same volume, through",
		func(ctx SpecContext, f fault.Fault) {
			rs := env.Deploy(ctx, standalone("aof-always"))
			data := env.Seed(ctx, rs, keys)
			before := expect.Value(rs.Primary(ctx))
			volume := expect.Value(rs.Volume(ctx, before))

			env.Inject(ctx, f, rs)

			Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
			Expect(volume.UID).NotTo(BeEmpty(), "the data is on no claim: there is no %s", volume.Claim)
			Expect(rs.Volume(ctx, expect.Value(rs.Primary(ctx)))).To(Equal(volume), "the pod got another volume")
		},
		Entry("a graceful pod delete", fault.DeletePod()),
		Entry("a forced pod delete", fault.DeletePodNow()),
		Entry("SIGKILL of the server", fault.KillServer()),
		Entry("a node restart", Serial, fault.RestartNode()))

	It("with snapshots keeps what was saved and loses what came after", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("rdb"))
		saved := env.Seed(ctx, rs, keys)
		env.Save(ctx, rs)
		later := env.SeedNamed(ctx, rs, workload.Dataset{Prefix: "later", Keys: keys, Size: 100, Seed: 2})

		env.Inject(ctx, fault.KillServer(), rs)

		Expect(env.Compare(ctx, rs, saved)).To(expect.SameData())
		Expect(env.Compare(ctx, rs, later)).To(HaveField("Missing", keys), "all that came after the snapshot must be reported as lost")
	})

	DescribeTable("control: without persistence the same check reports every key as lost, through",
		func(ctx SpecContext, f fault.Fault) {
			rs := env.Deploy(ctx, standalone("no-persistence"))
			data := env.Seed(ctx, rs, keys)

			env.Inject(ctx, f, rs)

			Expect(env.Compare(ctx, rs, data)).To(And(Not(expect.SameData()), HaveField("Missing", keys)))
		},
		Entry("a graceful pod delete", fault.DeletePod()),
		Entry("a forced pod delete", fault.DeletePodNow()),
		Entry("SIGKILL of the server", fault.KillServer()))
})
