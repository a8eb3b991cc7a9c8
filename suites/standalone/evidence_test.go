package standalone_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/topology"
)

var _ = Describe("what is kept of a spec that fails", func() {
	It("tells what was deployed, from where, and what its members say, and shows no password and no key", func(ctx SpecContext) {
		rs := env.Deploy(ctx, topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral", Also: []string{"tls-auto"}})

		kept := env.Keep(ctx, rs)

		Expect(kept.Leaks).To(BeEmpty(), "these held the password or a private key")
		Expect(kept.Files).To(ContainElements("repeat.txt", "values.yaml", "manifest.yaml", "view.txt", "events.txt", "pods.yaml",
			"members/redis-master-0.redis.txt", HavePrefix("logs/redis-master-0")))
	})
})
