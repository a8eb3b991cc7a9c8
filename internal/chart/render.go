package chart

import (
	"context"
	"fmt"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"

	"redis-e2e/internal/cluster"
)

// ReleaseName names a Helm release; a type of its own so that it cannot be swapped with another name.
type ReleaseName string

// assumedKube is what Render takes the cluster to be unless told; Helm's own default is too old for most charts.
const assumedKube = "v1.34.0"

// Target says what a chart is rendered as.
type Target struct {
	Release     ReleaseName
	Namespace   cluster.Namespace
	KubeVersion string   // such as v1.37.0; empty: the oldest that runs support
	APIs        []string // group/version/Kind that the cluster has beyond Kubernetes' own
}

// Render gives what Helm would install, without a cluster: lookups find nothing. An error names the template, or the key a schema rejects.
func Render(ctx context.Context, c *Chart, t Target, v Values) (Manifest, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	loaded, err := c.load()
	if err != nil {
		return "", c.explain("does not render", err)
	}
	kube, err := chartutil.ParseKubeVersion(firstOf(t.KubeVersion, assumedKube))
	if err != nil {
		return "", fmt.Errorf("kubernetes version %q: %w", t.KubeVersion, err)
	}
	install := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	install.ClientOnly, install.DryRun, install.IncludeCRDs = true, true, true
	install.KubeVersion, install.APIVersions = kube, t.APIs
	install.ReleaseName, install.Namespace = string(t.Release), string(t.Namespace)
	rel, err := install.Run(loaded, Merge(v))
	if err != nil {
		return "", c.explain("does not render", err)
	}
	return manifestOf(rel), nil
}
