package standalone_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/redisx"
)

var _ = Describe("settings", func() {
	It("runs with every setting of its values", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("settings"))
		wrong, skipped := env.Settings(ctx, rs)
		Expect(wrong).To(BeEmpty())
		Expect(skipped).To(BeEmpty(), "these were not checked")
	})

	It("control: a setting that is changed in the running server is named", func(ctx SpecContext) {
		rs := env.Deploy(ctx, standalone("settings"))
		Expect(rs.Client().ConfigSet(ctx, "maxmemory-policy", "noeviction").Err()).To(Succeed())
		wrong, _ := env.Settings(ctx, rs)
		Expect(wrong).To(ConsistOf(HaveField("String()", ContainSubstring("maxmemory-policy"))))
	})

	It("does not know the commands that its values disable, and knows the others", func(ctx SpecContext) {
		client := env.Deploy(ctx, standalone("settings")).Client()
		for _, command := range []string{"FLUSHALL", "FLUSHDB", "KEYS *"} {
			Expect(redisx.IsUnknownCommand(env.Command(ctx, client, command))).To(BeTrue(), command+" was not refused as unknown")
		}
		for _, command := range []string{"DBSIZE", "SCAN 0", "UNLINK nothing", "CONFIG GET save"} {
			Expect(env.Command(ctx, client, command)).To(Succeed(), command)
		}
	})

	It("control: a command that is not disabled is seen to work", func(ctx SpecContext) {
		client := env.Deploy(ctx, standalone("settings", chart.Values{"master": map[string]any{"disableCommands": []any{"FLUSHDB"}}})).Client()
		Expect(redisx.IsUnknownCommand(env.Command(ctx, client, "FLUSHDB"))).To(BeTrue())
		Expect(env.Command(ctx, client, "FLUSHALL")).To(Succeed())
	})
})
