package tls_test

import (
	"context"
	"crypto/tls"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/expect"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/pki"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
)

var _ = Describe("the certificate of the servers", func() {
	DescribeTable("that the chart makes itself is for every name of the release, and for addresses as addresses, of",
		func(ctx SpecContext, spec topology.Spec) {
			spec.Also = []string{"tls-auto"}
			rs := env.Deploy(ctx, spec)

			Expect(env.Receive(ctx, rs, harness.Guest{Name: "strict", TLS: rs.TLS, Admit: true}, harness.Guest{Name: "plaintext"})).To(expect.AsIntended())
			o := rs.Options()
			leaf := expect.Value(redisx.Greet(ctx, o)).PeerCertificates[0]
			for _, host := range append(rs.Hosts(), "127.0.0.1", "localhost") {
				Expect(leaf.VerifyHostname(host)).To(Succeed(), "it is for %q", names(leaf))
			}
		}, shapes)

	It("covers every name that the sentinels announce", func(ctx SpecContext) {
		rs := env.Deploy(ctx, secured(sentinels, topology.Identity{Authority: env.Authority("ours")}))
		announced := env.Announced(ctx, rs)
		Expect(announced).To(HaveLen(2*len(rs.Dialect.Servers())), "every server and every Sentinel")
		for _, address := range announced {
			o := rs.Options()
			o.Addr = address
			_, err := redisx.Greet(ctx, o)
			Expect(err).NotTo(HaveOccurred(), "a client that was sent to %s", address)
		}
	})

	It("control: a name that it lacks is seen, by the one server that has it", func(ctx SpecContext) {
		lacking := func(r *pki.Request) { r.Hosts = r.Hosts[:len(r.Hosts)-3] } // the last server's, localhost and 127.0.0.1
		rs := env.Install(ctx, secured(topology.Spec{Shape: topology.Replication, Fixture: "replication"}, topology.Identity{Authority: env.Authority("ours"), Change: lacking}))

		Eventually(ctx, func(ctx SpecContext) []string {
			return env.Receive(ctx, rs, harness.Guest{Name: "strict", TLS: rs.TLS, Admit: true}).Wrong()
		}).Within(env.Timeouts.PodsReady).Should(ConsistOf(
			And(HavePrefix("strict should get through to redis-replicas-1:6379"), ContainSubstring("certificate is valid for")),
			HavePrefix("nobody got through to redis-replicas-1:6379")))
	})

	It("is turned down once it has expired, by clients and by the release's own probes", func(ctx SpecContext) {
		ours := env.Authority("ours")
		rs := env.Install(ctx, secured(topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"}, topology.Identity{Authority: ours, Change: expired}))
		now := trusting(ours, certified(ours))
		earlier := on(now, func(c *tls.Config) { c.Time = func() time.Time { return time.Now().Add(-5 * time.Minute) } })
		o := rs.Options()
		o.Addr = rs.Doors()[1] // the pod's own name, which it has before it is Ready

		o.TLS = earlier
		Eventually(ctx, func(ctx SpecContext) error { return second(redisx.Greet(ctx, o)) }).Within(env.Timeouts.PodsReady).Should(Succeed())
		o.TLS = now
		Expect(second(redisx.Greet(ctx, o))).To(MatchError(ContainSubstring("expired")))
		limited, cancel := context.WithTimeout(ctx, 15*time.Second)
		defer cancel()
		Expect(rs.AwaitReady(limited)).To(MatchError(ContainSubstring("certificate verify failed")))
	})

	DescribeTable("can be replaced under a writer, without losing one acknowledged write, of",
		func(ctx SpecContext, spec topology.Spec) {
			rs := env.Deploy(ctx, secured(spec, topology.Identity{Authority: env.Authority("ours")}))
			before := env.Shown(ctx, rs)
			writer := env.Write(ctx, rs)
			writer.More(ctx, 500)

			struck := env.During("a rotation of the certificate", func() { env.Rotate(ctx, rs) })

			writer.More(ctx, 500)
			Expect(writer.Judge(ctx, struck)).To(And(expect.SoundAssumptions(), expect.NothingLost(), expect.NothingInvented()))
			for address, serial := range env.Shown(ctx, rs) {
				Expect(serial).NotTo(Equal(before[address]), "%s still shows the old certificate", address)
			}
		},
		Entry("standalone", topology.Spec{Shape: topology.Standalone, Fixture: "aof-always"}),
		Entry("sentinel", Serial, Label("timed"), sentinels))
})

// second is the error of two results.
func second[T any](_ T, err error) error { return err }
