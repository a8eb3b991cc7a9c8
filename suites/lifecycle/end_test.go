package lifecycle_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/expect"
)

var _ = Describe("helm uninstall", func() {
	It("leaves the claims and nothing else, and a new release finds the data on them", func(ctx SpecContext) {
		rs := env.Deploy(ctx, durable)
		data := env.Seed(ctx, rs, keys)
		Expect(env.Left(ctx, rs)).To(ContainElement("StatefulSet/redis-master"), "what is there before")

		env.Uninstall(ctx, rs, false)

		Expect(env.Left(ctx, rs)).To(Equal([]string{"PersistentVolumeClaim/redis-data-redis-master-0"}))
		env.Reinstall(ctx, rs)
		Expect(env.Compare(ctx, rs, data)).To(expect.SameData())
		Expect(env.History(ctx, rs)).To(Equal([]string{"1 deployed: Install complete"}))
	})

	It("leaves its history too when asked to keep it", func(ctx SpecContext) {
		rs := env.Deploy(ctx, durable)

		env.Uninstall(ctx, rs, true)

		Expect(env.Left(ctx, rs)).To(Equal([]string{"PersistentVolumeClaim/redis-data-redis-master-0", "Secret/sh.helm.release.v1.redis.v1"}))
		Expect(env.History(ctx, rs)).To(Equal([]string{"1 uninstalled: Uninstallation complete"}))
	})
})
