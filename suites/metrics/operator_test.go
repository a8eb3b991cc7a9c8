package metrics_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"redis-e2e/internal/alerts"
	"redis-e2e/internal/chart"
)

// operated are the values that ask for an object of Prometheus' operator.
func operated(kind string) chart.Values {
	return chart.Values{"metrics": map[string]any{kind: map[string]any{"enabled": true}}}
}

var _ = Describe("Prometheus' operator", func() {
	It("is told of a Service that is there and of rules that Prometheus loads, which ask for metrics that the exporter has", func(ctx SpecContext) {
		rs := env.Deploy(ctx, measured(sentinel))
		objects := env.RenderedForOperator(ctx, rs, chart.Merge(operated("serviceMonitor"), operated("prometheusRule")))

		Expect(alerts.Monitored(the(objects, "ServiceMonitor"), objects)).To(Equal([]string{string(rs.Namespace) + "/redis-metrics:9121"}))
		asked, err := alerts.Rules(the(objects, "PrometheusRule"))
		Expect(err).NotTo(HaveOccurred())
		var has []string // some metrics are of masters, others of replicas
		for _, reading := range env.Scrape(ctx, rs) {
			has = append(has, reading.Names()...)
		}
		Expect(has).To(ContainElements(asked))
	})

	DescribeTable("that is not there is named before anything is installed, of",
		func(ctx SpecContext, value, kind string) {
			rs := env.Deploy(ctx, measured(standalone))
			Expect(env.Apply(ctx, rs, operated(value))).To(MatchError(And(
				ContainSubstring("metrics.%s.enabled needs the kind %s", value, kind), ContainSubstring("install the CRDs of the Prometheus operator"))))
			Expect(env.History(ctx, rs)).To(HaveLen(1), "revisions")
		},
		Entry("a monitor", "serviceMonitor", "ServiceMonitor"),
		Entry("rules", "prometheusRule", "PrometheusRule"))

	It("control: rules that ask for what nobody measures are found out, and half an expression too", func(ctx SpecContext) {
		rs := env.Deploy(ctx, measured(standalone))
		asked, err := alerts.Rules(rule("redis_replicas_online < 2"))
		Expect(err).NotTo(HaveOccurred())
		Expect(env.Scrape(ctx, rs)["redis-master-0"].Names()).NotTo(ContainElements(asked))

		Expect(alerts.Rules(rule("redis_up =="))).Error().To(MatchError(ContainSubstring("could not parse expression")))
	})
})

// rule is a PrometheusRule with one alert.
func rule(expression string) map[string]any {
	alert := map[string]any{"alert": "Control", "expr": expression}
	group := map[string]any{"name": "control", "rules": []any{alert}}
	return map[string]any{"kind": "PrometheusRule", "spec": map[string]any{"groups": []any{group}}}
}

// the one object of a kind.
func the(objects []map[string]any, kind string) map[string]any {
	GinkgoHelper()
	found := slices.DeleteFunc(slices.Clone(objects), func(o map[string]any) bool { return o["kind"] != kind })
	Expect(found).To(HaveLen(1), kind)
	return found[0]
}
