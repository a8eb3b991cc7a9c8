package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/failover"
	"redis-e2e/internal/fault"
	"redis-e2e/internal/monitor"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/report"
	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

// some acknowledged writes before a verdict may rest on them.
const some = workload.DefaultTraffic

// standstill is how long nobody at all may be silent for: no fault silences all of them, an overloaded machine does.
const standstill = time.Second

// Failover strikes the master under a continuous writer while every server and Sentinel is watched, waits for another master,
// heals what was broken, and returns when all members have formed again and every acknowledged write was looked for. A fault that
// the old master survives is an outcome too: see Outcome.Stayed.
func (e *Env) Failover(ctx ginkgo.SpecContext, d *topology.Deployment, f fault.Fault) failover.Outcome {
	ginkgo.GinkgoHelper()
	e.Formed(ctx, d)
	watch, _ := d.Dialect.Sentinel()
	o := failover.Outcome{DownAfter: watch.DownAfter, Patience: max(e.Timeouts.PrimaryElected, 2*watch.FailoverTimeout)}
	var err error
	o.Before, err = e.primary(ctx, d)
	must(err, f.Name())
	watching := e.watch(ctx, d)
	writer := e.Write(ctx, d)
	writer.More(ctx, 3*some)

	o.Fault = e.Strike(ctx, f, fault.Target{Deployment: d, Member: o.Before})
	done := e.wait("failover", f.Name())
	promoted := e.promoted(ctx, d, o)
	if promoted {
		writer.More(ctx, some)
	}
	ended := e.Heal(ctx, o.Fault)
	_, o.Formed = e.formed(ctx, d)
	o.Rejoined = time.Since(ended)
	if o.Formed != nil && !promoted {
		must(o.Formed, "after "+f.Name())
	}
	done()
	settled := time.Now()
	writer.More(ctx, 2*some)
	o.Verdict = writer.Judge(ctx, Struck{Injected: o.Fault, Settled: settled})
	o.After, err = e.primary(ctx, d)
	must(err, "after "+f.Name())
	record, err := watching.Finish(ctx)
	must(err, "monitor")
	o.Switches = record.Switches(o.Fault.Begin, settled)
	o.Phases = record.Phases(o.Fault.Begin)
	o.Masters = record.Masters(o.Fault.Begin, settled)
	if o.Masters.Mute > standstill {
		o.Verdict.Assumptions = errors.Join(o.Verdict.Assumptions, fmt.Errorf(
			"no server and no Sentinel answered for %s: this machine or the road to them stood still", workload.Human(o.Masters.Mute)))
	}
	if len(o.Switches) > 0 {
		if o.Advance, err = record.MostAdvanced(o.Switches[0]); err != nil {
			o.Behind = err
		} else if !o.Advance.Most {
			o.Behind = fmt.Errorf("another replica was ahead of the promoted one: %s", o.Advance)
		}
	}
	e.record(o)
	return o
}

// promoted waits until most sentinels name another master. It stops waiting when the old one is named again, in a new process,
// and that process has outlived down-after: then nobody will be promoted any more.
func (e *Env) promoted(ctx context.Context, d *topology.Deployment, o failover.Outcome) bool {
	limited, cancel := within(ctx, o.Patience, "another master")
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var back time.Time
	for {
		now, err := d.Primary(limited)
		switch {
		case err == nil && now.Pod != o.Before.Pod:
			return true
		case err != nil || now.Incarnation() == o.Before.Incarnation() || d.Answers(limited) != nil:
			back = time.Time{}
		case back.IsZero():
			back = time.Now()
		case time.Since(back) > o.DownAfter+2*time.Second:
			return false
		}
		select {
		case <-limited.Done():
			return false
		case <-tick.C:
		}
	}
}

// watch follows every server and every Sentinel of the release until it is finished.
func (e *Env) watch(ctx ginkgo.SpecContext, d *topology.Deployment) *monitor.Monitor {
	ginkgo.GinkgoHelper()
	c := monitor.Config{Servers: map[string]redisx.Options{}, Sentinels: map[string]redisx.Options{}, Path: e.file(d, "masters")}
	members, err := d.Members(ctx)
	must(err, "monitor")
	for _, m := range members {
		o := d.Options()
		o.Addr = m.Address
		c.Servers[string(m.Pod.Name)] = o
	}
	if watch, on := d.Dialect.Sentinel(); on {
		c.MasterSet = watch.MasterSet
		s := d.Sentinels()
		for i, pod := range d.Dialect.Servers() {
			o := s.Options
			o.Addr = s.Addrs[i]
			c.Sentinels[string(pod)] = o
		}
	}
	m, err := monitor.Start(context.WithoutCancel(ctx), c)
	must(err, "monitor")
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) error {
		_, _ = m.Finish(ctx) // finished before, unless the spec failed
		return e.retain(c.Path)
	})
	return m
}

// record keeps what a failover cost.
func (e *Env) record(o failover.Outcome) {
	ginkgo.GinkgoWriter.Println(o)
	if !o.Happened() {
		return
	}
	ginkgo.AddReportEntry(entryFailover, report.Failover{
		Fault: o.Fault.Name, Gap: report.Seconds(o.Gap()), Overhead: report.Seconds(o.Overhead()), Window: report.Seconds(o.Verdict.Exposure()),
		Lost: o.Verdict.Lost, Acked: o.Verdict.Acked, Story: o.String(),
	}, ginkgo.ReportEntryVisibilityNever)
}
