package harness

import (
	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/fault"
	"redis-e2e/internal/topology"
)

const largeDataset = 40_000 // keys of 100 bytes

// Reload fills the server, kills it, and watches the new process load the append-only file.
func (e *Env) Reload(ctx ginkgo.SpecContext, d *topology.Deployment) topology.Load {
	ginkgo.GinkgoHelper()
	e.Seed(ctx, d, largeDataset)
	member, err := d.Primary(ctx)
	must(err, "reload")
	f := fault.KillServer()
	done := e.wait("fault", f.Name())
	defer done()
	_, err = f.Inject(ctx, fault.Target{Deployment: d, Member: member, Nodes: e.nodes})
	must(err, f.Name())
	limited, cancel := within(ctx, e.Timeouts.Recovered, "the data set loaded")
	defer cancel()
	load, err := d.WatchLoad(limited, member)
	must(err, "reload")
	e.Measure("load", load.Took.Seconds(), "s")
	return load
}
