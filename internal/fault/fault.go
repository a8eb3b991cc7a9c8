// Package fault answers: how does this break in production, and did it really break just now?
//
// Every fault says first whether it applies, stamps begin and end, and proves that it happened. It must not import
// workload, expect, harness, ginkgo or gomega.
package fault

import (
	"context"
	"time"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/topology"
)

// Target is what a fault strikes.
type Target struct {
	Deployment *topology.Deployment
	Member     topology.Member
	Nodes      cluster.Nodes // nil when the nodes are not ours
}

// Fault is one way of breaking.
type Fault interface {
	// Name is the fault in words that end "survives …".
	Name() string
	// Applies says why the fault cannot happen here; nil when it can.
	Applies(t Target) error
	// Inject makes it happen and returns once it has, with the evidence. An error means that it did not happen.
	Inject(ctx context.Context, t Target) (Injected, error)
}

// Injected is a fault that happened.
type Injected struct {
	Name     string
	Begin    time.Time // just before it was caused
	End      time.Time // when its effect was seen
	Evidence string    // what shows that it happened
}
