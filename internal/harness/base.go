package harness

import (
	"context"
	"fmt"
	"strings"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/images"
	"redis-e2e/internal/topology"
)

// base are the values every release gets: the Redis image of this run.
func (e *Env) base() (chart.Values, error) {
	ref := e.Session.Machine.Images.Redis.Ref
	colon := strings.LastIndex(ref, ":")
	registry, path, ok := strings.Cut(ref[:max(0, colon)], "/")
	if !ok {
		return nil, fmt.Errorf("image %q: want registry/repository:tag", ref)
	}
	tag := ref[colon+1:]
	v := chart.Values{"image": map[string]any{"registry": registry, "repository": path, "tag": tag, "pullPolicy": "IfNotPresent"}}
	if e.chart.Accepts("global.security.allowInsecureImages") { // charts that otherwise refuse any image but their vendor's
		v["global"] = map[string]any{"security": map[string]any{"allowInsecureImages": true}}
	}
	return v, nil
}

// present renders the release and lists every image that neither the nodes hold nor a registry serves: better now than
// as a pod that waits for ever.
func (e *Env) present(ctx context.Context, d *topology.Deployment) error {
	manifest, err := chart.Render(ctx, e.chart, chart.Target{Release: d.Release, Namespace: d.Namespace}, d.Values)
	if err != nil {
		return err
	}
	refs, err := chart.Images(manifest)
	if err != nil || e.nodes == nil {
		return err
	}
	missing, err := e.nodes.Missing(ctx, refs)
	if err != nil || len(missing) == 0 {
		return err
	}
	if e.Session.Machine.Mode == "pull" {
		missing = images.Unserved(ctx, e.Session.Config.Registry, missing)
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("chart %s %s needs %d images that no node holds and no registry serves:\n  %s",
		e.chart.Name, e.chart.Version, len(missing), strings.Join(missing, "\n  "))
}
