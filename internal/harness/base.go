package harness

import (
	"context"
	"slices"

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
	asked := slices.DeleteFunc(refs, func(ref string) bool { return e.held[ref] })
	if len(asked) == 0 {
		return nil
	}
	if err := e.Session.Machine.Absent(ctx, e.nodes, e.Session.Config.Registry, asked); err != nil {
		return err
	}
	for _, ref := range asked { // asking three nodes takes a second of a busy machine, and nothing removes images
		e.held[ref] = true
	}
	return nil
}
