package tls_test

import (
	"crypto/tls"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/expect"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/topology"
)

var _ = Describe("who gets an answer", func() {
	// The first guest is the control for all others: the same question, by every name, is answered.
	DescribeTable("a client that trusts the authority and shows a certificate of it, and nobody else, of",
		func(ctx SpecContext, spec topology.Spec) {
			ours, theirs := env.Authority("ours"), env.Authority("theirs")
			rs := env.Deploy(ctx, secured(spec, topology.Identity{Authority: ours, Change: rsa}))
			good := trusting(ours, certified(ours))

			Expect(env.Receive(ctx, rs,
				harness.Guest{Name: "certified", TLS: good, Admit: true},
				harness.Guest{Name: "plaintext"},
				harness.Guest{Name: "no certificate", TLS: trusting(ours)},
				harness.Guest{Name: "another's certificate", TLS: trusting(ours, certified(theirs))},
				harness.Guest{Name: "expired certificate", TLS: trusting(ours, certified(ours, expired))},
				harness.Guest{Name: "trusts another", TLS: trusting(theirs, certified(ours))},
				harness.Guest{Name: "wants another name", TLS: on(good, func(c *tls.Config) { c.ServerName = "elsewhere" })},
				harness.Guest{Name: "TLS 1.2", TLS: on(good, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }), Admit: true},
				harness.Guest{Name: "TLS 1.1", TLS: on(good, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 })},
				harness.Guest{Name: "weak ciphers", TLS: on(good, weak)},
			)).To(expect.AsIntended())
		}, shapes)

	DescribeTable("a client without a certificate too, where none is demanded, of",
		func(ctx SpecContext, spec topology.Spec) {
			ours := env.Authority("ours")
			rs := env.Deploy(ctx, secured(spec, topology.Identity{Authority: ours}, chart.Values{"tls": map[string]any{"authClients": false}}))

			Expect(env.Receive(ctx, rs,
				harness.Guest{Name: "certified", TLS: trusting(ours, certified(ours)), Admit: true},
				harness.Guest{Name: "no certificate", TLS: trusting(ours), Admit: true},
				harness.Guest{Name: "plaintext"},
			)).To(expect.AsIntended())
		}, shapes)

	It("control: without TLS the same table shows plaintext in and TLS out", func(ctx SpecContext) {
		ours := env.Authority("ours")
		rs := env.Deploy(ctx, topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"})

		Expect(env.Receive(ctx, rs,
			harness.Guest{Name: "certified", TLS: trusting(ours, certified(ours)), Admit: true}, harness.Guest{Name: "plaintext"},
		)).NotTo(expect.AsIntended())
	})
})

// weak offers only what Go's own list calls insecure, for the versions that negotiate ciphers at all.
func weak(c *tls.Config) {
	c.MaxVersion = tls.VersionTLS12
	for _, s := range tls.InsecureCipherSuites() {
		c.CipherSuites = append(c.CipherSuites, s.ID)
	}
}
