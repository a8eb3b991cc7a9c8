package lifecycle_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/topology"
)

var _ = Describe("an upgrade", func() {
	DescribeTable("to other values keeps data, password and claims, restarts every pod, and loses no write, of",
		func(ctx SpecContext, spec topology.Spec, outage time.Duration) {
			rs := env.Deploy(ctx, spec)
			data := env.Seed(ctx, rs, keys)
			claims, pods := env.Claims(ctx, rs), env.Pods(ctx, rs)
			writer := env.Write(ctx, rs)
			writer.More(ctx, 500)

			struck := env.During("an upgrade to other values", func() { env.Upgrade(ctx, rs, limited("100mb")) })

			writer.More(ctx, 500) // with the password of before: the writer never saw another
			Expect(writer.Judge(ctx, struck)).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented(), expect.OutageBelow(outage)))
			Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
			Expect(env.Claims(ctx, rs)).To(Equal(claims), "the claims")
			for pod, uid := range env.Pods(ctx, rs) {
				Expect(uid).NotTo(Equal(pods[pod]), "%s was not restarted, so it runs with the old configuration", pod)
			}
			Expect(rs.Client().ConfigGet(ctx, "maxmemory").Val()).To(HaveKeyWithValue("maxmemory", "104857600"))
		},
		Entry("standalone", durable, restart),
		Entry("sentinel", Serial, Label("timed"), watched, handover))

	DescribeTable("to a later Redis keeps data, password and claims, ends with every server on it, and loses no write, of",
		func(ctx SpecContext, spec topology.Spec, outage time.Duration) {
			spec.Override = env.Older()
			rs := env.Deploy(ctx, spec)
			data, claims := env.Seed(ctx, rs, keys), env.Claims(ctx, rs)
			Expect(env.Versions(ctx, rs)).NotTo(ContainElement(HavePrefix(env.Line())), "the versions before")
			writer := env.Write(ctx, rs)
			writer.More(ctx, 500)

			struck := env.During("an upgrade of Redis", func() { env.Upgrade(ctx, rs, env.Current()) })

			writer.More(ctx, 500)
			Expect(writer.Judge(ctx, struck)).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented(), expect.OutageBelow(outage)))
			Expect(env.Versions(ctx, rs)).To(HaveEach(HavePrefix(env.Line())))
			Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
			Expect(env.Claims(ctx, rs)).To(Equal(claims), "the claims")
		},
		Entry("standalone", durable, restart),
		Entry("sentinel", Serial, Label("timed"), watched, handover))

	It("that concerns no pod restarts none, and nobody notices", func(ctx SpecContext) {
		rs := env.Deploy(ctx, durable)
		pods := env.Pods(ctx, rs)
		writer := env.Write(ctx, rs)
		writer.More(ctx, 500)

		struck := env.During("an upgrade that concerns no pod", func() {
			env.Upgrade(ctx, rs, chart.Values{"networkPolicy": map[string]any{"enabled": true}})
		})

		writer.More(ctx, 500)
		Expect(writer.Judge(ctx, struck)).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.OutageBelow(time.Second)))
		Expect(env.Pods(ctx, rs)).To(Equal(pods), "the pods")
	})

	It("to the next version of the chart keeps data, password and claims, with the same values", func(ctx SpecContext) {
		rs := env.Deploy(ctx, durable)
		data := env.Seed(ctx, rs, keys)
		claims := env.Claims(ctx, rs)

		env.UpgradeChart(ctx, rs, "99.0.0")

		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
		Expect(env.Claims(ctx, rs)).To(Equal(claims), "the claims")
		Expect(env.History(ctx, rs)).To(Equal([]string{"1 superseded: Install complete", "2 deployed: Upgrade complete"}))
	})

	It("that the API server would refuse is known before it is applied, and changes nothing", func(ctx SpecContext) {
		rs := env.Deploy(ctx, durable)
		data, pods := env.Seed(ctx, rs, keys), env.Pods(ctx, rs)
		larger := chart.Values{"master": map[string]any{"persistence": map[string]any{"size": "128Mi"}}}

		Expect(env.Preview(ctx, rs, larger)).To(ContainElement(And(HaveField("Kind", chart.Immutable),
			HaveField("Field", "spec.volumeClaimTemplates.0.spec.resources.requests.storage"))))
		Expect(env.Apply(ctx, rs, larger)).To(MatchError(Or( // in the words of newer API servers, and of older ones
			ContainSubstring("spec.volumeClaimTemplates: Invalid value"), ContainSubstring("updates to statefulset spec for fields other than"))))

		Expect(env.History(ctx, rs)).To(HaveExactElements(HavePrefix("1 deployed"), HavePrefix("2 failed")))
		Expect(env.Pods(ctx, rs)).To(Equal(pods), "the pods")
		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
	})

	It("control: one that can be applied is previewed as such", func(ctx SpecContext) {
		rs := env.Deploy(ctx, durable)
		Expect(env.Preview(ctx, rs, limited("100mb"))).NotTo(ContainElement(HaveField("Kind", BeElementOf(chart.Immutable, chart.Orphans, chart.Vanishes))))
		Expect(env.Preview(ctx, rs, nil)).To(BeEmpty(), "the same values again")
	})
})

var _ = Describe("an upgrade whose pods never become Ready", func() {
	It("leaves all nodes but one as they were, and the release serves on", Serial, Label("timed"), func(ctx SpecContext) {
		rs := env.Deploy(ctx, watched)
		pods := env.Pods(ctx, rs)
		writer := env.Write(ctx, rs)
		writer.More(ctx, 500)

		var wrong []string
		struck := env.During("an upgrade to an image that does not exist", func() {
			Expect(env.Apply(ctx, rs, broken)).To(Succeed(), "without --wait, Helm does not look at pods")
			wrong = env.Broken(ctx, rs)
		})

		writer.More(ctx, 500)
		Expect(writer.Judge(ctx, struck)).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.OutageBelow(handover)))
		Expect(wrong).To(HaveExactElements(And(HavePrefix("pod redis-node-2:"), ContainSubstring("ErrImageNeverPull"))))
		Expect(env.Pods(ctx, rs)).To(And(HaveKeyWithValue("redis-node-0", pods["redis-node-0"]), HaveKeyWithValue("redis-node-1", pods["redis-node-1"])))
		Expect(env.History(ctx, rs)).To(HaveExactElements(HavePrefix("1 superseded"), HavePrefix("2 deployed")))
	})

	// --atomic rolls back, and then waits for the same broken pod as any rollback does: kubernetes/kubernetes#67250.
	DescribeTable("is not undone by --atomic alone: Helm says that the rollback failed too, and the pod is named, after", func(ctx SpecContext, more chart.Values) {
		rs := env.Deploy(ctx, durable)
		data := env.Seed(ctx, rs, keys)

		Expect(env.ApplyAtomically(ctx, rs, more)).To(MatchError(ContainSubstring("an error occurred while rolling back the release")))

		Expect(env.History(ctx, rs)).To(HaveExactElements(HavePrefix("1 deployed"), HavePrefix("2 failed: Upgrade"), HavePrefix("3 failed: Release")))
		Expect(env.Stuck(ctx, rs, 0)).To(Equal([]string{"redis-master-0"}))
		env.Unstick(ctx, rs)
		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
	},
		Entry("an image that does not exist", broken),
		Entry("a readiness probe that never succeeds", unready))
})
