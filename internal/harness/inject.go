package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/fault"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
)

// Struck is a fault that happened, and how the release came back.
type Struck struct {
	fault.Injected
	Recovered time.Time // the Service answered again, from another server process
	Settled   time.Time // that process is Ready too
}

// Inject makes the fault happen to the primary and returns when another server process answers and is Ready. A fault that
// left the same process answering is an error: the spec would have tested nothing.
func (e *Env) Inject(ctx ginkgo.SpecContext, f fault.Fault, d *topology.Deployment) Struck {
	ginkgo.GinkgoHelper()
	member, err := d.Primary(ctx)
	must(err, f.Name())
	before, err := e.runID(ctx, d)
	must(err, "before "+f.Name())
	injected := e.Strike(ctx, f, fault.Target{Deployment: d, Member: member})
	done := e.wait("recovery", f.Name())
	limited, cancel := within(ctx, e.Timeouts.NodeRestarted, "recovery after "+f.Name())
	defer cancel()
	must(e.anotherAnswers(limited, d, before), "after "+f.Name())
	s := Struck{Injected: injected, Recovered: time.Now()}
	must(e.settled(limited, d, member), "after "+f.Name())
	s.Settled = time.Now()
	done()
	e.Measure("recovered after "+f.Name(), s.Recovered.Sub(s.Begin).Seconds(), "s")
	return s
}

func (e *Env) anotherAnswers(ctx context.Context, d *topology.Deployment, before string) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := e.runID(ctx, d)
		if err == nil && now != before {
			return nil
		}
		if err == nil {
			err = fmt.Errorf("the same server process still answers (run id %.8s): the fault did not reach it", now)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// settled polls until the member that replaced before is Ready and answers through the Service. The Service may refuse once
// more afterwards: when a container is replaced in place, kube-proxy first serves the old endpoint, then takes it away
// until the probe passes, and it lags behind the API server. A writer sees that as refused writes.
func (e *Env) settled(ctx context.Context, d *topology.Deployment, before topology.Member) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := d.Primary(ctx)
		if err == nil && now.Ready && now.Incarnation() != before.Incarnation() {
			if err = d.Answers(ctx); err == nil {
				return nil
			}
		} else if err == nil {
			err = fmt.Errorf("not replaced and Ready yet: %s", now.Trouble)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// runID asks the server behind the Service who it is; a server that is still LOADING does not count as answering.
func (e *Env) runID(ctx context.Context, d *topology.Deployment) (string, error) {
	c := redisx.NewClient(d.Options())
	defer c.Close()
	info, err := redisx.ReadInfo(ctx, c)
	if err == nil && info.Loading {
		err = fmt.Errorf("server %.8s is still LOADING", info.Server.RunID)
	}
	return info.Server.RunID, err
}

// During is an act of the spec's own, such as an upgrade, as a fault: its verdict is dated by when the act began and ended.
func (e *Env) During(name string, act func()) Struck {
	ginkgo.GinkgoHelper()
	s := Struck{Injected: fault.Injected{Name: name, Begin: time.Now(), Evidence: "done by the spec itself"}}
	act()
	s.End = time.Now()
	s.Recovered, s.Settled = s.End, s.End
	e.Measure(name, s.End.Sub(s.Begin).Seconds(), "s")
	return s
}
