// Package fault answers: how does this break in production, and did it really break just now?
//
// Every fault says first whether it applies, stamps begin and end, proves that it happened, and knows how to undo itself.
// It must not import workload, expect, harness, ginkgo or gomega.
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
	Nodes      cluster.Nodes               // nil when the nodes are not ours
	Spared     map[cluster.NodeName]string // nodes that may not be cut off, and why; Aim fills it in
}

// Fault is one way of breaking.
type Fault interface {
	// Name is the fault in words that end "survives …".
	Name() string
	// Applies says why the fault cannot happen here; nil when it can.
	Applies(t Target) error
	// Inject makes it happen and returns once it has, with the evidence. An error means that it did not happen, or not
	// wholly: then too Heal undoes what was done, when it is set.
	Inject(ctx context.Context, t Target) (Injected, error)
}

// Injected is a fault that happened.
type Injected struct {
	Name     string
	Begin    time.Time // just before it was caused
	End      time.Time // when its effect was seen
	Evidence string    // what shows that it happened

	// Heal undoes the fault and returns once it is seen to be undone; nil when there is nothing to undo. It may be called
	// again, after success and after failure. Its error says what is still broken, or that the fault did not last.
	Heal   func(ctx context.Context) error
	Healed *Healing // filled in by Heal; nil when there is nothing to undo
}

// Took is how long it was from just before the fault to its effect; zero when that was not seen.
func (i Injected) Took() time.Duration {
	if i.End.IsZero() {
		return 0
	}
	return i.End.Sub(i.Begin)
}

// Healing is the end of a fault that lasts.
type Healing struct {
	At       time.Time // when it was seen; zero before that
	Evidence string    // what shows that it is over
}

func (h *Healing) seen(evidence string) {
	if h.At.IsZero() {
		h.At, h.Evidence = time.Now(), evidence
	}
}
