package harness

import (
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/failover"
	"redis-e2e/internal/topology"
)

// Rotation follows which servers have been the master, until all have.
type Rotation struct {
	env   *Env
	d     *topology.Deployment
	order []cluster.PodName
}

// Rotation begins with nobody; the first failover names two.
func (e *Env) Rotation(d *topology.Deployment) *Rotation { return &Rotation{env: e, d: d} }

// Add notes whom a failover made the master, and whom it replaced.
func (r *Rotation) Add(o failover.Outcome) {
	if len(r.order) == 0 {
		r.order = append(r.order, o.Before.Pod.Name)
	}
	r.order = append(r.order, o.After.Pod.Name)
}

// Complete says whether every server has been the master.
func (r *Rotation) Complete() bool { return len(r.missing()) == 0 }

// String lists the masters so far.
func (r *Rotation) String() string {
	names := make([]string, len(r.order))
	for i, pod := range r.order {
		names[i] = string(pod)
	}
	return fmt.Sprintf("%d, masters so far: %s", max(1, len(r.order)), strings.Join(names, ", "))
}

// Prefer has Sentinel choose a server next that has not been the master, if there is one and it is due: it would otherwise
// choose by run id, and chance could take long.
func (r *Rotation) Prefer(ctx ginkgo.SpecContext, due bool) {
	ginkgo.GinkgoHelper()
	missing := r.missing()
	if !due || len(missing) == 0 {
		return
	}
	r.env.Formed(ctx, r.d)
	m, err := r.d.Member(ctx, missing[0])
	must(err, "rotation")
	primary, err := r.d.Primary(ctx)
	must(err, "rotation")
	if primary.Pod != m.Pod {
		r.env.Rank(ctx, r.d, Rank{Of: m, Priority: 1})
	}
}

func (r *Rotation) missing() []cluster.PodName {
	var missing []cluster.PodName
	for _, pod := range r.d.Dialect.Servers() {
		been := false
		for _, master := range r.order {
			been = been || master == pod
		}
		if !been {
			missing = append(missing, pod)
		}
	}
	return missing
}
