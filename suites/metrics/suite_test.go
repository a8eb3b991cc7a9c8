// Package metrics_test states what the exporters of a release measure, and what Prometheus' operator is told of them.
package metrics_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/topology"
)

var env = harness.New("metrics")

func TestMetrics(t *testing.T) { env.Run(t) }

// keys are enough to tell a measured number from a default.
const keys = 500

var (
	standalone  = topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"}
	replication = topology.Spec{Shape: topology.Replication, Fixture: "replication"}
	sentinel    = topology.Spec{Shape: topology.Sentinel, Fixture: "sentinel"}
)

// measured puts an exporter beside every server.
func measured(spec topology.Spec, more ...chart.Values) topology.Spec {
	spec.Also = append(spec.Also, "metrics")
	spec.Override = chart.Merge(more...)
	return spec
}

// secured has the servers show a certificate of a new authority, and ask for one.
func secured(spec topology.Spec) topology.Spec {
	GinkgoHelper()
	spec.Also = append(spec.Also, "tls")
	spec.Identity = &topology.Identity{Authority: env.Authority("ours")}
	return spec
}

// open asks for no password.
var open = chart.Values{"auth": map[string]any{"enabled": false}}
