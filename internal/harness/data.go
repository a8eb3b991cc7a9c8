package harness

import (
	"fmt"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

// Seed stores n keys of 100 bytes with values that can be computed again, each acknowledged.
func (e *Env) Seed(ctx ginkgo.SpecContext, d *topology.Deployment, n int) workload.Dataset {
	ginkgo.GinkgoHelper()
	return e.SeedNamed(ctx, d, workload.Dataset{Prefix: "data", Keys: n, Size: 100, Seed: 1})
}

// SeedNamed stores a dataset of the caller's own shape.
func (e *Env) SeedNamed(ctx ginkgo.SpecContext, d *topology.Deployment, data workload.Dataset) workload.Dataset {
	ginkgo.GinkgoHelper()
	defer e.wait("redis", fmt.Sprintf("store %d keys", data.Keys))()
	must(data.Store(ctx, d.Client()), fmt.Sprintf("store %d keys", data.Keys))
	return data
}

// Compare reads every value of a dataset back from the primary itself: what the server holds is asked, not whether a Service
// that lost its only endpoint a moment ago has it again.
func (e *Env) Compare(ctx ginkgo.SpecContext, d *topology.Deployment, data workload.Dataset) workload.Diff {
	ginkgo.GinkgoHelper()
	defer e.wait("redis", fmt.Sprintf("read %d keys back", data.Keys))()
	primary, err := e.primary(ctx, d)
	must(err, "read the data back")
	diff, err := data.Compare(ctx, d.Direct(primary))
	must(err, "read the data back")
	e.Measure("keys compared", float64(data.Keys), "keys")
	e.Measure("keys lost", float64(diff.Missing), "keys")
	return diff
}
