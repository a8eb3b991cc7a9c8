package harness

import (
	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/topology"
)

// Exposures lists every place outside its Secret where the release's password can be read. It watches the pods' command
// lines for several probe periods.
func (e *Env) Exposures(ctx ginkgo.SpecContext, d *topology.Deployment) []string {
	ginkgo.GinkgoHelper()
	defer e.wait("observe", "command lines of "+string(d.Namespace))()
	found, err := d.Exposures(ctx)
	must(err, "look for the password")
	return found
}
