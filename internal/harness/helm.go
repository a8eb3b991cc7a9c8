package harness

import (
	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/topology"
)

// HelmTest runs the chart's own test hooks; a chart without any is an error, because `helm test` would call it green.
func (e *Env) HelmTest(ctx ginkgo.SpecContext, d *topology.Deployment) error {
	releases, err := e.releases(d)
	if err != nil {
		return err
	}
	defer e.wait("helm", "helm test of "+string(d.Namespace))()
	return releases.Test(ctx, d.Release)
}
