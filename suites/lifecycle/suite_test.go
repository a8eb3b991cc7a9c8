// Package lifecycle_test states what a release keeps through upgrades, failed ones too, rollbacks, and its own end.
package lifecycle_test

import (
	"testing"
	"time"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/topology"
)

var env = harness.New("lifecycle")

func TestLifecycle(t *testing.T) { env.Run(t) }

// keys are enough to see that data is there and whole.
const keys = 2000

// The budgets of an upgrade: how long one server may be away when it restarts in place, and a hand-over.
const (
	restart  = 20 * time.Second
	handover = 5 * time.Second
)

// durable is one server that syncs every write to its volume; a change of it restarts the only server there is.
var durable = topology.Spec{Shape: topology.Standalone, Fixture: "aof-always"}

// watched is three servers on volumes with a Sentinel each; a change of it goes from one node to the next.
var watched = topology.Spec{Shape: topology.Sentinel, Fixture: "sentinel-persistent"}

// broken is an image that no registry has and no node holds.
var broken = chart.Values{"image": map[string]any{"tag": "never-built", "pullPolicy": "Never"}}

// unready is a server that runs and serves, but whose pod never says so.
var unready = chart.Values{"master": map[string]any{"customReadinessProbe": map[string]any{"exec": map[string]any{"command": []any{"false"}}}}}

// limited is a change of the servers' configuration that can be seen from outside.
func limited(bytes string) chart.Values {
	return chart.Values{"commonConfiguration": "appendonly yes\nappendfsync always\nsave \"\"\nmaxmemory " + bytes}
}
