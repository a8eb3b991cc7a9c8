package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

// watchedRate is how many writes a second go to a release that Sentinel watches: enough to date a loss to a few milliseconds,
// and no load that would delay the sentinels of a small machine.
const watchedRate = 400

// Traffic is a writer that runs against a deployment.
type Traffic struct {
	*workload.Writer
	env *Env
	d   *topology.Deployment
}

// Write starts a continuous writer, which with changes. Its history is kept when the spec fails.
func (e *Env) Write(ctx ginkgo.SpecContext, d *topology.Deployment, changes ...func(*workload.Config)) *Traffic {
	ginkgo.GinkgoHelper()
	limits := redisx.Timeouts{Dial: time.Second, Read: time.Second, Write: time.Second}
	c := workload.Config{Path: e.file(d, "writes"), Prefix: fmt.Sprintf("w%d", e.files), OpTimeout: 1500 * time.Millisecond}
	if _, on := d.Dialect.Sentinel(); on { // another server may answer, so it does not pay to wait for this one
		limits = redisx.Timeouts{Dial: 300 * time.Millisecond, Read: 400 * time.Millisecond, Write: 400 * time.Millisecond}
		c.OpTimeout, c.Rate = 500*time.Millisecond, watchedRate
	}
	for _, change := range changes {
		change(&c)
	}
	c.Client, c.Setup = d.Open(limits), d.Client()
	w, err := workload.Start(context.WithoutCancel(ctx), c)
	must(err, "writer")
	t := &Traffic{Writer: w, env: e, d: d}
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) error {
		if _, err := w.Finish(ctx); err != nil {
			ginkgo.GinkgoWriter.Println("writer:", err) // it was finished by Judge, unless the spec failed before
		}
		return e.retain(c.Path)
	})
	return t
}

// Rate limits a writer to so many writes a second.
func Rate(perSecond int) func(*workload.Config) {
	return func(c *workload.Config) { c.Rate = perSecond }
}

// More waits until n further writes are acknowledged, so that a fault strikes traffic and not silence.
func (t *Traffic) More(ctx ginkgo.SpecContext, n int64) {
	ginkgo.GinkgoHelper()
	defer t.env.wait("redis", fmt.Sprintf("%d writes", n))()
	want := t.Acked() + n
	limited, cancel := within(ctx, t.env.Timeouts.Recovered, fmt.Sprintf("%d acknowledged writes", n))
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for t.Acked() < want {
		select {
		case <-limited.Done():
			must(context.Cause(limited), fmt.Sprintf("%d of %d writes acknowledged", n-(want-t.Acked()), n))
		case <-tick.C:
		}
	}
}

// Judge stops the writer, reads everything back from the primary itself, and holds it against what was acknowledged.
func (t *Traffic) Judge(ctx ginkgo.SpecContext, s Struck) workload.Verdict {
	ginkgo.GinkgoHelper()
	history, err := t.Finish(ctx)
	must(err, "writer")
	read := t.env.wait("redis", "read the writes back")
	primary, err := t.env.primary(ctx, t.d)
	must(err, "read back")
	seen, err := workload.Readback(ctx, t.d.Direct(primary), t.Keys())
	must(err, "read back")
	read()
	window := workload.Window{Name: s.Name, Begin: t.At(s.Begin), End: t.At(s.Settled)}
	must(history.Conclude(window, seen), "history")
	v := workload.Check(history.Ops(), seen, window)
	t.env.Measure("acknowledged writes", float64(v.Acked), "writes")
	t.env.Measure("lost writes", float64(v.Lost), "writes")
	t.env.Measure("loss window", v.Exposure().Seconds(), "s")
	t.env.Measure("outage", v.Outage.Seconds(), "s")
	ginkgo.GinkgoWriter.Println("verdict:", v)
	return v
}
