package standalone_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
)

// probePeriod is how often the chart asks whether the server is Ready, in the values of these specs.
const probePeriod = 2 * time.Second

var probing = chart.Values{"master": map[string]any{"readinessProbe": map[string]any{"periodSeconds": int(probePeriod.Seconds())}}}

var _ = Describe("loading a large data set", func() {
	It("is not Ready while the server is LOADING", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("slow-load", probing))
		load := env.Reload(ctx, rs)
		Expect(load.Took).To(BeNumerically(">", 2*probePeriod), "the server loaded too fast for a probe to be wrong: %+v", load)
		Expect(load.ReadyTooSoon).To(BeZero(), "Ready while LOADING: %+v", load)
	})

	It("control: a readiness probe that only opens a connection is seen to be true while LOADING", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("slow-load", chart.Values{"master": map[string]any{"customReadinessProbe": map[string]any{
			"tcpSocket": map[string]any{"port": 6379}, "periodSeconds": 2,
		}}}))
		Expect(env.Reload(ctx, rs).ReadyTooSoon).To(BeNumerically(">", 0))
	})
})
