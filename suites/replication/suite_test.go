// Package replication_test states what one master with replicas promises: what reaches them, how late, and what becomes of it
// when either side or the link between them fails.
package replication_test

import (
	"testing"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/topology"
)

var env = harness.New("replication")

func TestReplication(t *testing.T) { env.Run(t) }

const keys = 5000

// replicated is one master and two replicas with a fixture, and values of the spec's own on top.
func replicated(fixture string, override ...chart.Values) topology.Spec {
	return topology.Spec{Shape: topology.Replication, Fixture: fixture, Override: chart.Merge(override...)}
}

func replicas(n int) chart.Values {
	return chart.Values{"replica": map[string]any{"replicaCount": n}}
}

// onVolumes keeps the data of master and replicas beyond their pods.
var onVolumes = chart.Values{
	"master":  map[string]any{"persistence": map[string]any{"enabled": true}},
	"replica": map[string]any{"replicaCount": 1, "persistence": map[string]any{"enabled": true}},
}
