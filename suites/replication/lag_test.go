package replication_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/workload"
)

// budget is what a reader of a replica may miss under load. Who measures lag runs alone: on a small machine other specs would
// be measured too.
var budget = workload.LagBudget{
	Age:   workload.Quantiles[time.Duration]{P50: 100 * time.Millisecond, P99: time.Second},
	Bytes: workload.Quantiles[int64]{P99: 1 << 20},
}

var _ = Describe("how late replicas are", func() {
	It("stays within the budget under load", Serial, Label("timed"), func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication"))
		writer := env.Write(ctx, rs, harness.Rate(500))
		writer.More(ctx, 500)
		Expect(env.Lag(ctx, rs, 5*time.Second)).To(And(HaveLen(2), HaveEach(expect.LagWithin(budget))))
		Expect(writer.JudgeReplicas(ctx)).To(HaveEach(expect.NothingLost()))
	})

	It("control: a replica whose link is frozen breaks the budget, and catches up once it is healed", Serial, Label("timed"), func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication"))
		frozen := expect.Value(rs.Replicas(ctx))[0]
		writer := env.Write(ctx, rs, harness.Rate(500))
		writer.More(ctx, 500)
		cut := env.Strike(ctx, fault.FreezeLink(), fault.Target{Deployment: rs, Member: frozen})

		lags := env.Lag(ctx, rs, 4*time.Second)
		Expect(lags[string(frozen.Pod.Name)]).NotTo(expect.LagWithin(budget))
		delete(lags, string(frozen.Pod.Name))
		Expect(lags).To(And(HaveLen(1), HaveEach(expect.LagWithin(budget))), "the other replica has no part in it")

		env.Heal(ctx, cut)
		Expect(writer.JudgeReplicas(ctx)).To(And(HaveLen(2), HaveEach(And(expect.NothingLost(), expect.NothingInvented()))))
	})

	It("makes the master refuse writes when fewer replicas than min-replicas-to-write keep up, and take them again after", func(ctx SpecContext) {
		rs := env.Deploy(ctx, replicated("replication", replicas(1), chart.Values{
			"commonConfiguration": "appendonly yes\nsave \"\"\nmin-replicas-to-write 1\nmin-replicas-max-lag 2"}))
		client := rs.Client()
		Eventually(ctx, func(ctx SpecContext) error { return client.Set(ctx, "key", "one", 0).Err() }).Should(Succeed())

		cut := env.Strike(ctx, fault.FreezeLink(), fault.Target{Deployment: rs, Member: expect.Value(rs.Replicas(ctx))[0]})
		Eventually(ctx, func(ctx SpecContext) string { return redisx.Prefix(client.Set(ctx, "key", "two", 0).Err()) }).Should(Equal("NOREPLICAS"))
		Expect(client.Get(ctx, "key").Err()).To(Succeed(), "reads are not to be refused")

		env.Heal(ctx, cut)
		Eventually(ctx, func(ctx SpecContext) error { return client.Set(ctx, "key", "three", 0).Err() }).Within(env.Timeouts.Formed).Should(Succeed())
	})
})
