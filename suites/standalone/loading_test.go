package standalone_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
)

var _ = Describe("loading a large data set", func() {
	It("is not Ready while the server is LOADING", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("slow-load"))
		load := env.Reload(ctx, rs)
		Expect(load.Loading).To(BeNumerically(">=", 20), "the server loaded too fast for the spec to prove anything: %+v", load)
		Expect(load.ReadyTooSoon).To(BeZero(), "Ready while LOADING: %+v", load)
	})

	It("control: a readiness probe that only opens a connection is seen to be true while LOADING", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("slow-load", chart.Values{"master": map[string]any{"customReadinessProbe": map[string]any{
			"tcpSocket": map[string]any{"port": 6379}, "periodSeconds": 1,
		}}}))
		Expect(env.Reload(ctx, rs).ReadyTooSoon).To(BeNumerically(">", 0))
	})
})
