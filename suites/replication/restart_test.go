package replication_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
)

// impatient has the kubelet restart a replica whose liveness probe fails for patience.
var impatient = chart.Values{"replica": map[string]any{"livenessProbe": map[string]any{"periodSeconds": 1, "timeoutSeconds": 5, "failureThreshold": 3}}}

const patience = 3 * (1 + 5) * time.Second

var _ = Describe("when one side starts again", func() {
	It("a replica that lost its connection gets only what it missed", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication"))
		data := env.Seed(ctx, rs, keys)
		before := env.Syncs(ctx, rs)

		Expect(rs.Client().ClientKillByFilter(ctx, "TYPE", "replica").Result()).To(BeEquivalentTo(2), "connections of replicas that were cut")

		Expect(env.CompareReplicas(ctx, rs, data)).To(And(HaveLen(2), HaveEach(expect.SameData())))
		Expect(env.Syncs(ctx, rs)).To(And(HaveField("Partial", before.Partial+2), HaveField("Full", before.Full)))
	})

	It("a replica that was restarted on its volume gets only what it missed", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication", onVolumes, chart.Values{"commonConfiguration": "appendonly no\nsave 3600 1"}))
		data := env.Seed(ctx, rs, keys)
		env.CaughtUp(ctx, rs)
		before := env.Syncs(ctx, rs)

		env.Replace(ctx, rs, expect.Value(rs.Replicas(ctx))[0])

		Expect(env.CompareReplicas(ctx, rs, data)).To(And(HaveLen(1), HaveEach(expect.SameData())))
		Expect(env.Syncs(ctx, rs)).To(And(HaveField("Partial", before.Partial+1), HaveField("Full", before.Full)))
	})

	It("control: a replica whose data went with its pod is seen to get everything anew", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication", replicas(1)))
		data := env.Seed(ctx, rs, keys)
		before := env.Syncs(ctx, rs)

		env.Replace(ctx, rs, expect.Value(rs.Replicas(ctx))[0])

		Expect(env.CompareReplicas(ctx, rs, data)).To(HaveEach(expect.SameData()))
		Expect(env.Syncs(ctx, rs)).To(HaveField("Full", before.Full+1))
	})

	It("a killed master keeps its data, and its replicas neither restart nor wipe theirs", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication"))
		data := env.Seed(ctx, rs, keys)
		env.CaughtUp(ctx, rs)

		env.Inject(ctx, fault.KillServer(), rs)

		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
		Expect(env.CompareReplicas(ctx, rs, data)).To(And(HaveLen(2), HaveEach(expect.SameData())))
		Expect(expect.Value(rs.Replicas(ctx))).To(expect.NoRestarts())
	})

	It("replicas stay up while their master is away for longer than their liveness probe is patient", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication", impatient))
		before := expect.Value(rs.Replicas(ctx))

		env.Strike(ctx, fault.HeldDown(fault.DeletePodNow()), fault.Target{Deployment: rs, Member: expect.Value(rs.Primary(ctx))})

		Consistently(ctx, rs.Members).WithTimeout(2 * patience).WithPolling(time.Second).Should(And(HaveLen(len(before)), expect.NoRestarts()))
	})

	It("control: a master that comes back empty is seen to take its replicas' data with it", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication"))
		data := env.Seed(ctx, rs, keys)
		env.CaughtUp(ctx, rs)

		env.Inject(ctx, fault.DeletePod(), rs)

		Expect(env.Compare(ctx, rs, data)).To(HaveField("Missing", keys))
		Expect(env.CompareReplicas(ctx, rs, data)).To(And(HaveLen(2), HaveEach(HaveField("Missing", keys))))
		Expect(expect.Value(rs.Replicas(ctx))).To(expect.NoRestarts())
	})
})
