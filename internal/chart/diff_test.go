package chart

import (
	"strings"
	"testing"
)

const before = `
kind: StatefulSet
metadata: {name: redis-master}
spec:
  replicas: 1
  serviceName: redis-headless
  template: {spec: {containers: [{name: redis, image: "redis:7.0"}]}}
  volumeClaimTemplates: [{metadata: {name: redis-data}, spec: {resources: {requests: {storage: 8Gi}}}}]
---
kind: Service
metadata: {name: redis-master, labels: {app.kubernetes.io/version: "7.0"}}
spec: {ports: [{port: 6379}]}
---
kind: Secret
metadata: {name: redis}
data: {redis-password: b2xk}
`

func TestWhatAnUpgradeWouldDoIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		want     string // all changes, a line each
	}{
		"nothing":              {"", "", ""},
		"a claim's size":       {"storage: 8Gi", "storage: 16Gi", "immutable: StatefulSet/redis-master spec.volumeClaimTemplates.0.spec.resources.requests.storage: 8Gi becomes 16Gi"},
		"the service's name":   {"serviceName: redis-headless", "serviceName: redis-hl", "immutable: StatefulSet/redis-master spec.serviceName: redis-headless becomes redis-hl"},
		"the number of pods":   {"replicas: 1", "replicas: 2", "changes: StatefulSet/redis-master spec.replicas: 1 becomes 2"},
		"an image":             {`image: "redis:7.0"`, `image: "redis:8.0"`, "restarts: StatefulSet/redis-master spec.template.spec.containers.0.image: redis:7.0 becomes redis:8.0"},
		"a label with dots":    {`version: "7.0"`, `version: "8.0"`, "changes: Service/redis-master metadata.labels.app.kubernetes.io/version: 7.0 becomes 8.0"},
		"a password":           {"b2xk", "bmV3", "changes: Secret/redis data.redis-password: not shown"},
		"a StatefulSet's name": {"kind: StatefulSet\nmetadata: {name: redis-master}", "kind: StatefulSet\nmetadata: {name: redis-node}", "orphans: StatefulSet/redis-master: its claims redis-data-redis-master-N stay behind with the data; StatefulSet/redis-node would begin empty\nappears: StatefulSet/redis-node"},
		"an object":            {"kind: Secret\nmetadata: {name: redis}", "kind: Secret\nmetadata: {name: other}", "vanishes: Secret/redis\nappears: Secret/other"},
	} {
		changes, err := Compare(before, Manifest(strings.Replace(before, c.old, c.new, 1)), nil)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, change := range changes {
			lines = append(lines, change.String())
		}
		if got := strings.Join(lines, "\n"); got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestWhatIsGeneratedAnewEachTimeIsNoChange(t *testing.T) {
	noise, err := Unstable(before, Manifest(strings.Replace(before, "b2xk", "bmV3", 1)))
	if err != nil {
		t.Fatal(err)
	}
	changes, err := Compare(before, Manifest(strings.NewReplacer("b2xk", "b3RoZXI=", "replicas: 1", "replicas: 2").Replace(before)), noise)
	if err != nil || len(changes) != 1 || changes[0].Field != "spec.replicas" {
		t.Errorf("%v, %v", changes, err)
	}
}

func TestAnUpgradeOfTheReferenceChartIsNoRisk(t *testing.T) {
	render := func(v Values) Manifest {
		m, err := Render(t.Context(), openRedis(t), Target{Release: "r", Namespace: "ns"}, Merge(Values{"auth": map[string]any{"password": "pa55word"}}, v))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for name, v := range map[string]Values{
		"another configuration": {"commonConfiguration": "appendonly no\nsave 60 1"}, "another label": {"commonLabels": map[string]any{"team": "cache"}},
		"another image": {"image": map[string]any{"tag": "7.0"}},
	} {
		changes, err := Compare(render(nil), render(v), nil)
		if err != nil || len(changes) == 0 {
			t.Fatalf("%s: %v, %v", name, changes, err)
		}
		for _, c := range changes {
			if c.Kind == Immutable || c.Kind == Orphans || c.Kind == Vanishes {
				t.Errorf("%s: %s", name, c)
			}
		}
	}
}
