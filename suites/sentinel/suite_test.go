// Package sentinel_test states what a release that Sentinel watches over promises when its master dies, in each of the ways
// masters die in production.
package sentinel_test

import (
	"testing"
	"time"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/topology"
)

var env = harness.New("sentinel")

func TestSentinel(t *testing.T) { env.Run(t) }

// The contract of the fixtures: three servers, quorum 2, down-after 3 s.
const (
	// detection is what may pass beyond down-after until writes are acknowledged again: the sentinels ask every second, elect
	// one of them, learn of the promotion by polling INFO, and tell clients.
	detection = 4 * time.Second
	// unreplicated is how far back a crash may take acknowledged writes, because replication is asynchronous.
	unreplicated = time.Second
	// goodbye is what a pod may take to hand over and to go.
	goodbye = 10 * time.Second
	// demotion is how long two servers may claim to be the master when the old one wakes up or comes back from behind a cut:
	// Sentinel looks on for 8 s before it demotes a live master, and learns by INFO, once in 10 s.
	demotion = 20 * time.Second
	// lastWords is what the kubelet leaves a pod that is deleted by force: its preStop hook begins, and what it began goes on.
	lastWords = 2 * time.Second
	none      = 0 * time.Second
	// tilt is how long a Sentinel only looks on after its own clock jumped by more than 2 s, as it does when it was stopped.
	tilt = 30 * time.Second
)

// watched is three servers with a Sentinel each, and values of the spec's own on top of the fixture's.
func watched(fixture string, override ...chart.Values) topology.Spec {
	return topology.Spec{Shape: topology.Sentinel, Fixture: fixture, Override: chart.Merge(override...)}
}

// spread puts every server on a node of its own, the control plane's included.
var spread = chart.Values{"replica": map[string]any{
	"podAntiAffinityPreset": "hard",
	"tolerations":           []any{map[string]any{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}},
}}
