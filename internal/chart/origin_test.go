package chart_test

import (
	"testing"

	"redis-e2e/internal/chart"
)

func TestEveryValueTellsWhereItIsFrom(t *testing.T) {
	base := chart.Values{"image": map[string]any{"tag": "8.0"}, "master": map[string]any{"replicas": 1, "size": "1Gi"}}
	fixture := chart.Values{"master": map[string]any{"size": "64Mi", "configuration": "save 60 1\nappendonly no", "args": []any{"a"}}}
	later := chart.Values{"master": map[string]any{"replicas": 2}, "labels": map[string]any{}}
	got, err := chart.Annotated(chart.Merge(base, fixture, later), []chart.Layer{{Origin: "the harness", Values: base}, {Origin: "fixture x", Values: fixture}})
	if err != nil {
		t.Fatal(err)
	}
	want := `image:
  tag: "8.0" # the harness
# set after the installation
labels: {}
master:
  # fixture x
  args:
    - a
  # fixture x
  configuration: |-
    save 60 1
    appendonly no
  replicas: 2 # set after the installation
  size: 64Mi # fixture x
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestAManifestCanBeShownWithoutItsSecrets(t *testing.T) {
	m := chart.Manifest("---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  k: djE=\n---\nkind: Service\nmetadata:\n  name: r\n")
	got, err := m.WithoutSecrets()
	if err != nil || got != "---\nkind: Service\nmetadata:\n  name: r\n" {
		t.Errorf("got %q, %v", got, err)
	}
}
