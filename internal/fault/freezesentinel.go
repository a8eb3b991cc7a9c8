package fault

import (
	"context"
	"fmt"
)

// FreezeSentinel stops the Sentinel beside the server, and leaves the server alone: its connections stay open, and it neither
// notices anything nor votes.
func FreezeSentinel() Fault { return freezeSentinel{} }

type freezeSentinel struct{}

func (freezeSentinel) Name() string { return "a Sentinel that hangs" }

func (f freezeSentinel) Applies(t Target) error {
	if t.Member.Watcher == "" {
		return fmt.Errorf("%s: pod %s has no running Sentinel container", f.Name(), t.Member.Pod)
	}
	return nil
}

// Inject returns when the kernel shows the process as stopped.
func (f freezeSentinel) Inject(ctx context.Context, t Target) (Injected, error) {
	t.Member.Container = t.Member.Watcher
	in, err := freeze{}.Inject(ctx, t)
	in.Name = f.Name()
	return in, err
}
