package fault

import (
	"context"
	"fmt"

	"redis-e2e/internal/agent/proc"
)

// KillServer sends SIGKILL to the server process from its node: no shutdown, no last save, and the pod stays. Begin and End are on
// the node's clock, which on this machine's own clusters is this machine's.
func KillServer() Fault { return kill{} }

type kill struct{}

func (kill) Name() string { return "SIGKILL of the server" }

func (f kill) Applies(t Target) error { return runs(f, t) }

// Inject returns when the kernel no longer has the process.
func (f kill) Inject(ctx context.Context, t Target) (Injected, error) {
	name, err := serverName(ctx, t)
	if err != nil {
		return Injected{}, err
	}
	var done proc.Signalled
	err = t.Deployment.Cluster.OnNode(ctx, t.Member.Node, &done, "proc", "signal", "--match="+t.Member.Container, "--name="+name, "--signal=KILL")
	if err != nil {
		return Injected{}, fmt.Errorf("%s in %s: %w", f.Name(), t.Member.Pod, err)
	}
	return Injected{
		Name: f.Name(), Begin: done.SentAt, End: done.GoneAt,
		Evidence: fmt.Sprintf("process %d (%s) on node %s was gone %s after the signal", done.PID, name, t.Member.Node, done.GoneAt.Sub(done.SentAt)),
	}, nil
}
