package topology

import (
	"redis-e2e/internal/chart"
)

// Shape is a topology that a chart can be asked for.
type Shape string

// Standalone is one server that takes reads and writes.
const Standalone Shape = "standalone"

// Spec says what a test wants deployed.
type Spec struct {
	Shape    Shape
	Fixture  string       // name of a values overlay; empty means none
	Override chart.Values // this test's own values, applied last
	Claims   []Claim      // objects the release expects to be there, such as an existing Secret
}

// Claim is a Secret that must exist before the release is installed.
type Claim struct {
	Secret string
	Data   map[string]string
}

// Values are the ones that make a chart deploy this shape.
func (s Shape) Values() chart.Values { return chart.Values{"architecture": string(s)} }
