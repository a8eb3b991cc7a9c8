package standalone_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/fault"
)

// What counts is the process as the kernel sees it, not the YAML that asked for it.
var _ = Describe("posture of the running server", func() {
	It("runs as uid 1001 without capabilities on a read-only root", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("hardened"))
		server := expect.Value(rs.Server(ctx, expect.Value(rs.Primary(ctx))))
		Expect(server).To(And(
			HaveField("UID", 1001), HaveField("CapEffective", BeZero()), HaveField("CapBounding", BeZero()),
			HaveField("NoNewPrivs", BeTrue()), HaveField("RootReadOnly", BeTrue()), HaveField("Seccomp", 2)))
	})

	It("control: a server with a writable root and capabilities within reach is seen as such", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("ephemeral", chart.Values{"master": map[string]any{
			"podSecurityContext":       map[string]any{"enabled": false},
			"containerSecurityContext": map[string]any{"enabled": false},
			"command":                  []any{"redis-server", "--dir", "/data", "--protected-mode", "no"},
			"livenessProbe":            map[string]any{"enabled": false},
			"readinessProbe":           map[string]any{"enabled": false},
		}, "auth": map[string]any{"enabled": false}}))
		server := expect.Value(rs.Server(ctx, expect.Value(rs.Primary(ctx))))
		Expect(server).To(And(HaveField("RootReadOnly", BeFalse()), HaveField("NoNewPrivs", BeFalse()), HaveField("CapBounding", Not(BeZero()))))
	})

	It("restarts no container on the straight path, and a killed server is counted", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("ephemeral"))
		env.Compare(ctx, rs, env.Seed(ctx, rs, keys))
		Expect(expect.Value(rs.Members(ctx))).To(expect.NoRestarts())

		env.Inject(ctx, fault.KillServer(), rs)

		Eventually(ctx, rs.Members).Within(env.Timeouts.Recovered).ShouldNot(expect.NoRestarts())
	})
})
