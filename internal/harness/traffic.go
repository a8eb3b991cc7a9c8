package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

// Traffic is a writer that runs against a deployment.
type Traffic struct {
	*workload.Writer
	env *Env
	d   *topology.Deployment
}

// Write starts a continuous writer. Its history is kept when the spec fails.
func (e *Env) Write(ctx ginkgo.SpecContext, d *topology.Deployment) *Traffic {
	ginkgo.GinkgoHelper()
	path := filepath.Join(e.Session.Dir, "histories", string(d.Namespace)+".ndjson")
	must(os.MkdirAll(filepath.Dir(path), 0o755), "history")
	o := d.Options()
	o.Timeouts = redisx.Timeouts{Dial: time.Second, Read: time.Second, Write: time.Second}
	w, err := workload.Start(context.WithoutCancel(ctx), workload.Config{Client: d.Dial(o), Path: path, OpTimeout: 1500 * time.Millisecond})
	must(err, "writer")
	t := &Traffic{Writer: w, env: e, d: d}
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) error {
		if _, err := w.Finish(ctx); err != nil {
			ginkgo.GinkgoWriter.Println("writer:", err) // it was finished by Judge, unless the spec failed before
		}
		if ginkgo.CurrentSpecReport().Failed() || e.Session.Config.Keep == "always" {
			ginkgo.AddReportEntry(entryArtifacts, path, ginkgo.ReportEntryVisibilityNever)
			return nil
		}
		return os.Remove(path)
	})
	return t
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
	primary, err := t.d.Primary(ctx)
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
