// Package standalone_test states what one Redis server, deployed by the chart under test, promises.
package standalone_test

import (
	"testing"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/topology"
)

var env = harness.New("standalone")

func TestStandalone(t *testing.T) { env.Run(t) }

// standalone is one server with a fixture, and with values of the spec's own on top.
func standalone(fixture string, override ...chart.Values) topology.Spec {
	return topology.Spec{Shape: topology.Standalone, Fixture: fixture, Override: chart.Merge(override...)}
}
