package standalone_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
)

// This measures the harness, not the chart: `make bench` runs it, `make e2e` does not.
var _ = Describe("throughput of the harness", Label("bench"), Serial, func() {
	It("writes through the relay at a rate that is held against a client inside the cluster", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("aof-everysec", chart.Values{"auth": map[string]any{"enabled": false}}))
		inside := env.PaceInside(ctx, rs, 40_000)
		outside := env.PaceOutside(ctx, rs, 8*time.Second)
		Expect(inside.PerSecond).To(BeNumerically(">", 0))
		Expect(outside.PerSecond).To(BeNumerically(">", 0))
	})
})
