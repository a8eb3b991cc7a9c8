package topology

import (
	"redis-e2e/internal/chart"
	"redis-e2e/internal/pki"
)

// Shape is a topology that a chart can be asked for.
type Shape string

// The shapes, in the terms of the Redis documentation.
const (
	Standalone  Shape = "standalone"  // one server that takes reads and writes
	Replication Shape = "replication" // a fixed master, and replicas that follow it
	Sentinel    Shape = "sentinel"    // servers of which Sentinel makes one the master
)

// Spec says what a test wants deployed.
type Spec struct {
	Shape    Shape
	Fixture  string       // name of a values overlay; empty means none
	Also     []string     // further overlays, each on top of the one before
	Override chart.Values // this test's own values, applied last
	Claims   []Claim      // objects the release expects to be there, such as an existing Secret
	Identity *Identity    // what its servers show, for a fixture that expects a Secret with it
}

// Claim is a Secret that must exist before the release is installed.
type Claim struct {
	Secret string
	Data   map[string]string
}

// Identity is whose certificate the servers of a release show.
type Identity struct {
	Authority *pki.Authority
	Change    func(*pki.Request) // nil: every name of the release, and valid today
}

// Values are the ones that make a chart deploy this shape.
func (s Shape) Values() chart.Values {
	switch s {
	case Sentinel:
		return chart.Values{"architecture": "replication", "sentinel": map[string]any{"enabled": true}}
	case Replication:
		return chart.Values{"architecture": "replication"}
	}
	return chart.Values{"architecture": "standalone"}
}
