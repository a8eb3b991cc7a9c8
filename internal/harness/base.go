package harness

import (
	"context"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/topology"
)

// present renders the release and says which of its images cannot be had.
func (e *Env) present(ctx context.Context, d *topology.Deployment) error {
	manifest, err := chart.Render(ctx, e.chart, chart.Target{Release: d.Release, Namespace: d.Namespace}, d.Values)
	if err != nil {
		return err
	}
	refs, err := chart.Images(manifest)
	if err != nil {
		return err
	}
	return e.Session.Machine.Absent(ctx, e.nodes, e.Session.Config.Registry, refs)
}
