package alerts

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func rule(lines string) string {
	return "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: r}\nspec:\n  groups:\n    - name: g\n      rules:\n" + lines
}

func TestRulesAreReadAsPrometheusWould(t *testing.T) {
	for name, c := range map[string]struct {
		rule    string
		metrics []string
		says    string
	}{
		"two metrics": {rule("        - alert: A\n          expr: redis_up == 0 or redis_up - redis_down > 1\n          annotations: {summary: '{{ $labels.pod }} is down'}\n"),
			[]string{"redis_down", "redis_up"}, ""},
		"half an expression": {rule("        - alert: A\n          expr: redis_up ==\n"), nil, "could not parse expression"},
		"half a template":    {rule("        - alert: A\n          expr: redis_up\n          annotations: {summary: '{{ $labels.pod'}\n"), nil, "would not load the rules"},
		"an unknown field":   {rule("        - alert: A\n          expression: redis_up\n"), nil, `unknown field "expression"`},
		"no rule":            {rule("        []\n"), nil, "has no rule"},
	} {
		metrics, err := Rules(object(t, c.rule))
		switch {
		case c.says == "" && (err != nil || !slices.Equal(metrics, c.metrics)):
			t.Errorf("%s: %v, %v", name, metrics, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: error %v, want %q", name, err, c.says)
		}
	}
}

func TestAMonitorThatFindsNothingIsAnError(t *testing.T) {
	service := object(t, "kind: Service\nmetadata: {name: m, namespace: ns, labels: {app: redis}}\nspec: {ports: [{name: http-metrics, port: 9121}]}\n")
	for name, c := range map[string]struct{ spec, found, says string }{
		"by label and port": {"{selector: {matchLabels: {app: redis}}, endpoints: [{port: http-metrics}]}", "ns/m:9121", ""},
		"another label":     {"{selector: {matchLabels: {app: valkey}}, endpoints: [{port: http-metrics}]}", "", "the labels app=valkey"},
		"another port":      {"{selector: {matchLabels: {app: redis}}, endpoints: [{port: metrics}]}", "", "finds nothing to scrape"},
		"another namespace": {"{selector: {}, namespaceSelector: {matchNames: [o]}, endpoints: [{port: http-metrics}]}", "", "finds nothing to scrape"},
		"a misspelt field":  {"{selector: {}, endpoints: [{portName: http-metrics}]}", "", `unknown field "portName"`},
	} {
		found, err := Monitored(object(t, "kind: ServiceMonitor\nmetadata: {name: r, namespace: ns}\nspec: "+c.spec), []map[string]any{service})
		switch {
		case c.says == "" && (err != nil || strings.Join(found, " ") != c.found):
			t.Errorf("%s: %v, %v", name, found, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: error %v, want %q", name, err, c.says)
		}
	}
}
