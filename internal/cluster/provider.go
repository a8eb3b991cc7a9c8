package cluster

import "context"

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
	// LoadArchive imports a docker-archive file into every node's image store.
	LoadArchive(ctx context.Context, archive, ref string) error
	// Missing gives those references that some node's image store lacks.
	Missing(ctx context.Context, refs []string) ([]string, error)
}
