package harness

import (
	"context"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/fault"
	"redis-e2e/internal/topology"
)

// Strike makes a fault happen to one member and returns once it has. Whatever it broke is healed after the spec at the latest.
func (e *Env) Strike(ctx ginkgo.SpecContext, f fault.Fault, t fault.Target) fault.Injected {
	ginkgo.GinkgoHelper()
	t.Nodes = e.nodes
	t, err := fault.Aim(ctx, t)
	must(err, f.Name())
	if err := f.Applies(t); err != nil {
		if e.nodes != nil || e.Session.Config.Provider != "existing" {
			must(err, f.Name()) // a spec that strikes nothing must not pass for one that has nothing to strike
		}
		ginkgo.Skip(err.Error())
	}
	defer e.wait("fault", f.Name())()
	limited, cancel := within(ctx, e.Timeouts.NodeRestarted, f.Name())
	defer cancel()
	in, err := f.Inject(limited, t)
	if in.Heal != nil {
		ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
			if in.Healed == nil || in.Healed.At.IsZero() { // a release that the spec removed has nobody left to be healed
				must(e.heal(ctx, in), "heal")
			}
		}, ginkgo.NodeTimeout(e.Timeouts.Healed))
	}
	must(err, f.Name())
	ginkgo.GinkgoWriter.Printf("%s: %s\n", f.Name(), in.Evidence)
	return in
}

// Heal undoes a fault that lasts, and returns when that is seen to have happened.
func (e *Env) Heal(ctx ginkgo.SpecContext, in fault.Injected) time.Time {
	ginkgo.GinkgoHelper()
	must(e.heal(ctx, in), "heal "+in.Name)
	return time.Now()
}

func (e *Env) heal(ctx context.Context, in fault.Injected) error {
	if in.Heal == nil {
		return nil
	}
	limited, cancel := within(ctx, e.Timeouts.Healed, "healing "+in.Name)
	defer cancel()
	return in.Heal(limited)
}

// Formed waits until the release has formed: every server there, one master, all in sync, all sentinels agreeing.
func (e *Env) Formed(ctx ginkgo.SpecContext, d *topology.Deployment) topology.View {
	ginkgo.GinkgoHelper()
	v, err := e.formed(ctx, d)
	must(err, "form")
	return v
}

func (e *Env) formed(ctx context.Context, d *topology.Deployment) (topology.View, error) {
	limited, cancel := within(ctx, e.Timeouts.Formed, "all members formed")
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var seen topology.View
	var wrong error
	for {
		v, blind := d.View(limited)
		err := blind
		if blind == nil {
			err = v.Formed()
		}
		if err == nil {
			return v, nil
		}
		if blind == nil && limited.Err() == nil || wrong == nil { // what the limit cut short says nothing, and the client gives up before it
			seen, wrong = v, err
		}
		select {
		case <-limited.Done():
			return seen, &unformed{context.Cause(limited), wrong, seen}
		case <-tick.C:
		}
	}
}

// unformed is why a release did not form, with what was seen last.
type unformed struct {
	limit, wrong error
	seen         topology.View
}

func (u *unformed) Error() string {
	return u.limit.Error() + ": " + u.wrong.Error() + "\n" + u.seen.String()
}

func (u *unformed) Unwrap() error { return u.wrong }
