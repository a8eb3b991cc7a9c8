package fault

import (
	"context"
	"fmt"
	"time"

	"redis-e2e/internal/redisx"
)

// SwitchOver has Sentinel fail over from a master that is well and takes writes all the while: what a hook does that does not
// pause writes first.
func SwitchOver() Fault { return switchOver{} }

type switchOver struct{}

func (switchOver) Name() string { return "SENTINEL FAILOVER of a live master" }

func (f switchOver) Applies(t Target) error {
	if _, on := t.Deployment.Dialect.Sentinel(); !on {
		return fmt.Errorf("%s: no Sentinel watches over %s", f.Name(), t.Deployment.Release)
	}
	return nil
}

// Inject returns when most sentinels name another master.
func (f switchOver) Inject(ctx context.Context, t Target) (Injected, error) {
	watch, _ := t.Deployment.Dialect.Sentinel()
	in := Injected{Name: f.Name(), Begin: time.Now()}
	if err := redisx.Failover(ctx, t.Deployment.Sentinel(t.Member.Pod.Name), watch.MasterSet); err != nil {
		return in, fmt.Errorf("%s: the Sentinel of %s: %w", f.Name(), t.Member.Pod, err)
	}
	err := until(ctx, func() (missing, _ error) {
		now, err := t.Deployment.Primary(ctx)
		switch {
		case err != nil:
			return err, nil
		case now.Pod == t.Member.Pod:
			return fmt.Errorf("most sentinels still name %s", now.Pod), nil
		}
		in.End = time.Now()
		in.Evidence = fmt.Sprintf("the Sentinel of %s was told to; most of them named %s %s later", t.Member.Pod, now.Pod.Name,
			in.Took().Round(time.Millisecond))
		return nil, nil
	})
	if err != nil {
		err = fmt.Errorf("%s: %w", f.Name(), err)
	}
	return in, err
}
