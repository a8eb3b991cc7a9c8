package fault

import (
	"context"
	"fmt"
	"time"

	"redis-e2e/internal/agent/proc"
)

// Freeze stops the server process where it is, as a hang does: its connections stay open and nothing answers. Begin and
// End are on the node's clock, which on this machine's own clusters is this machine's.
func Freeze() Fault { return freeze{} }

type freeze struct{}

func (freeze) Name() string { return "a server that hangs" }

func (f freeze) Applies(t Target) error { return runs(f, t) }

// Inject returns when the kernel shows the process as stopped.
func (f freeze) Inject(ctx context.Context, t Target) (Injected, error) {
	in := Injected{Name: f.Name()}
	name, err := serverName(ctx, t)
	if err != nil {
		return in, err
	}
	in.Healed = &Healing{}
	in.Heal = func(ctx context.Context) error { return thaw(ctx, t, in.Healed) }
	var done proc.Signalled
	err = t.Deployment.Cluster.OnNode(ctx, t.Member.Node, &done, "proc", "signal", "--match="+t.Member.Container, "--name="+name, "--signal=STOP")
	if err != nil {
		return in, fmt.Errorf("%s in %s: %w", f.Name(), t.Member.Pod, err)
	}
	in.Begin, in.End = done.SentAt, done.SeenAt
	in.Evidence = fmt.Sprintf("process %d (%s) on node %s was in state %s (stopped) %s after SIGSTOP", done.PID, name, t.Member.Node, done.State,
		in.Took().Round(time.Microsecond))
	return in, nil
}

// thaw continues the server. One that the kubelet has replaced meanwhile needs it no more.
func thaw(ctx context.Context, t Target, healed *Healing) error {
	var all []proc.Process
	if err := t.Deployment.Cluster.OnNode(ctx, t.Member.Node, &all, "proc", "list", "--match="+t.Member.Container); err != nil {
		return err
	}
	if len(all) == 0 {
		healed.seen(fmt.Sprintf("container %.12s is gone, and with it the stopped process", t.Member.Container))
		return nil
	}
	name, err := serverName(ctx, t)
	if err != nil {
		return err
	}
	var done proc.Signalled
	err = t.Deployment.Cluster.OnNode(ctx, t.Member.Node, &done, "proc", "signal", "--match="+t.Member.Container, "--name="+name, "--signal=CONT")
	if err != nil {
		return fmt.Errorf("continue the server in %s: %w", t.Member.Pod, err)
	}
	healed.seen(fmt.Sprintf("process %d was in state %s %s after SIGCONT", done.PID, done.State, done.SeenAt.Sub(done.SentAt).Round(time.Microsecond)))
	return nil
}
