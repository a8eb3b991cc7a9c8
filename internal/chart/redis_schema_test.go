package chart

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/lint/support"
	"sigs.k8s.io/yaml"

	"redis-e2e/fixtures"
)

func TestTheChartLintsClean(t *testing.T) {
	result := action.NewLint().Run([]string{redisChart}, nil)
	for _, message := range result.Messages {
		if message.Severity > support.InfoSev {
			t.Error(message)
		}
	}
	for _, err := range result.Errors {
		t.Error(err)
	}
}

func TestEveryFixtureRendersAndReachesTheServersConfiguration(t *testing.T) {
	for _, name := range fixtures.Names() {
		values, err := fixtures.Values(name)
		if err != nil {
			t.Fatal(err)
		}
		data := renderRedis(t, values).the(t, "ConfigMap/r-redis-configuration")["data"].(map[string]any)
		if want, ok := values["commonConfiguration"].(string); ok && !strings.Contains(data["redis.conf"].(string), want) {
			t.Errorf("%s: its commonConfiguration is not in redis.conf:\n%s", name, data["redis.conf"])
		}
		commands, _ := dig(values, "master.disableCommands").([]any)
		for _, command := range commands {
			if line := "rename-command " + command.(string) + " \"\""; !strings.Contains(data["master.conf"].(string), line) {
				t.Errorf("%s: %s is not in master.conf", name, line)
			}
		}
	}
}

// rejection is what the reference chart says to values it must refuse.
func rejection(t *testing.T, v Values) error {
	t.Helper()
	_, err := Render(t.Context(), openRedis(t), Target{Release: "r", Namespace: "ns"}, v)
	return err
}

// nested builds {"a": {"b": value}} for "a.b".
func nested(path string, value any) Values {
	keys := strings.Split(path, ".")
	for _, key := range slices.Backward(keys) {
		value = map[string]any{key: value}
	}
	return value.(map[string]any)
}

// leaves calls visit for every map and every leaf of the chart's own values, with its dotted path.
func leaves(at string, node any, visit func(path string, value any)) {
	if at != "" {
		visit(at, node)
	}
	m, _ := node.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(m)) {
		leaves(strings.TrimPrefix(at+"."+key, "."), m[key], visit)
	}
}

func defaults(t *testing.T) map[string]any {
	t.Helper()
	data, err := os.ReadFile(file("values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := yaml.Unmarshal(data, &values); err != nil {
		t.Fatal(err)
	}
	return values
}

// freeForm are maps whose keys are Kubernetes' or the user's business.
func freeForm(path string) bool {
	_, key, _ := strings.Cut(path, ".") // below the block's name
	return strings.HasPrefix(key, "custom") || path == "commonLabels" ||
		slices.Contains([]string{"podLabels", "podAnnotations", "nodeSelector", "affinity", "persistence.annotations",
			"ingressNSMatchLabels", "ingressNSPodMatchLabels", "metrics.ingressNSMatchLabels", "metrics.ingressNSPodMatchLabels",
			"extraArgs", "serviceMonitor.additionalLabels", "prometheusRule.additionalLabels"}, key)
}

func TestAnUnknownKeyIsRejectedAtEveryLevel(t *testing.T) {
	says(t, rejection(t, nested("bogus", 1)), "bogus: unknown key")
	levels := 0
	leaves("", defaults(t), func(path string, value any) {
		if _, isMap := value.(map[string]any); !isMap || freeForm(path) {
			return
		}
		levels++
		says(t, rejection(t, nested(path+".bogus", "x")), path+".bogus: unknown key")
	})
	if levels < 10 {
		t.Errorf("only %d levels were tried", levels)
	}
	// Keys that the Bitnami chart swallows without a word.
	for _, path := range []string{"master.service.port", "securityContext", "containerSecurityContext", "metrics.sentinel.enabled", "global"} {
		says(t, rejection(t, nested(path, Values{})), "unknown key")
	}
}

func TestAWrongTypeIsRejectedAtEveryKey(t *testing.T) {
	leaves("", defaults(t), func(path string, _ any) {
		says(t, rejection(t, nested(path, 3.5)), path+": ")
	})
}

func TestValuesOutsideTheirRangeAreRejected(t *testing.T) {
	for path, value := range map[string]any{
		"architecture":                       "sentinel",
		"master.service.ports.redis":         70000,
		"master.service.type":                "ExternalName",
		"master.livenessProbe.periodSeconds": 0,
		"image.digest":                       "sha256:short",
		"image.tag":                          "",
		"fullnameOverride":                   "Not_A_Name",
		"master.disableCommands":             []string{"KEYS", "KEYS"},
		"master.persistence.accessModes":     []string{},
	} {
		says(t, rejection(t, nested(path, value)), path+": ")
	}
	says(t, rejection(t, nested("master.disableCommands", []string{"KEYS \"\"\ndir /"})), "master.disableCommands.0: ")
	says(t, rejection(t, nested("master.podLabels.a", 1)), "master.podLabels.a: ")
	says(t, rejection(t, nested("auth.existingSecretPasswordKey", "k")), "auth.existingSecret: ")
}
