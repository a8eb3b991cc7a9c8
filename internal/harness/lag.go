package harness

import (
	"context"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

// Lag samples for a period how far each replica is behind, by the name of its pod.
func (e *Env) Lag(ctx ginkgo.SpecContext, d *topology.Deployment, period time.Duration) map[string]workload.Lag {
	ginkgo.GinkgoHelper()
	primary, err := d.Primary(ctx)
	must(err, "lag")
	members, err := d.Replicas(ctx)
	must(err, "lag")
	c := workload.LagConfig{Primary: d.Direct(primary), Replicas: map[string]redis.UniversalClient{}, Path: e.file(d, "lag"), Heartbeat: 4 * time.Millisecond}
	for _, m := range members {
		c.Replicas[string(m.Pod.Name)] = d.Direct(m)
	}
	defer e.wait("observe", "lag of the replicas")()
	sampler, err := workload.StartLag(context.WithoutCancel(ctx), c)
	must(err, "lag")
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) error { return e.retain(c.Path) })
	select {
	case <-ctx.Done():
	case <-time.After(period):
	}
	lags, err := sampler.Finish(ctx)
	must(err, "lag")
	all := map[string]workload.Lag{}
	for _, l := range lags {
		all[l.Replica] = l
		ginkgo.GinkgoWriter.Println(l)
		e.Measure("lag of "+l.Replica+", p99", l.Age.P99.Seconds(), "s")
		e.Measure("lag of "+l.Replica+", p99 in bytes", float64(l.Bytes.P99), "bytes")
		e.Measure("lag of "+l.Replica+", samples", l.Rate, "1/s")
	}
	return all
}

// Syncs is how often replicas were brought up to date.
type Syncs struct {
	Full    int // from scratch
	Partial int // with what they had missed
}

// Syncs asks the primary how often it has brought replicas up to date since it was started.
func (e *Env) Syncs(ctx ginkgo.SpecContext, d *topology.Deployment) Syncs {
	ginkgo.GinkgoHelper()
	primary, err := d.Primary(ctx)
	must(err, "synchronizations")
	info, err := redisx.ReadInfo(ctx, d.Direct(primary))
	must(err, "synchronizations")
	full, err := count(info.Rest, "sync_full")
	must(err, "synchronizations")
	partial, err := count(info.Rest, "sync_partial_ok")
	must(err, "synchronizations")
	return Syncs{Full: full, Partial: partial}
}
