package cluster

import (
	"context"
	"time"
)

// Provider owns clusters.
type Provider interface {
	// Acquire attaches to the named cluster if it is healthy, else creates it. On error nothing of it is left.
	Acquire(ctx context.Context) (*Cluster, error)
	// Release deletes the cluster, but only if this process created it.
	Release(ctx context.Context, c *Cluster) error
	// ExportLogs writes what the nodes logged below dir, as much as can be had.
	ExportLogs(ctx context.Context, c *Cluster, dir string) error
}

// RunLabel marks the namespaces of a run with its id.
const RunLabel = "redis-e2e/run"

// Nodes acts on the machines under a cluster. Only a provider that owns them has it.
type Nodes interface {
	// Restart cuts a node's power and starts it again.
	Restart(ctx context.Context, node NodeName) error
	// Isolate cuts a node off from every other machine, both ways, and returns once that is seen to be so. On error too,
	// Heal undoes what was done.
	Isolate(ctx context.Context, node NodeName) (Isolation, error)
	// LoadArchive imports a docker-archive file into every node's image store.
	LoadArchive(ctx context.Context, archive, ref string) error
	// Missing gives those references that some node's image store lacks.
	Missing(ctx context.Context, refs []string) ([]string, error)
}

// IsolationLimit is after what time a node that nobody heals is joined again by its own kernel.
const IsolationLimit = 3 * time.Minute

// Isolation is a node that is cut off.
type Isolation struct {
	Began time.Time // just before it was cut off
	Seen  time.Time // when no way between it and another node was left

	// Heal joins the node again and returns once it is reached; it may be called again. That it had joined by itself after
	// IsolationLimit is an error.
	Heal func(ctx context.Context) error
}
