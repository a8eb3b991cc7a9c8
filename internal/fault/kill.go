package fault

import (
	"context"
	"fmt"

	"redis-e2e/internal/agent/proc"
)

// KillServer sends SIGKILL to the server process from its node: no shutdown, no last save, and the pod stays.
func KillServer() Fault { return kill{} }

type kill struct{}

func (kill) Name() string { return "SIGKILL of the server" }

func (f kill) Applies(t Target) error {
	if t.Member.Container == "" {
		return fmt.Errorf("%s: pod %s has no running Redis container", f.Name(), t.Member.Pod)
	}
	return nil
}

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

// serverName is what the server process is called: images of Valkey run it under its own name.
func serverName(ctx context.Context, t Target) (string, error) {
	var all []proc.Process
	if err := t.Deployment.Cluster.OnNode(ctx, t.Member.Node, &all, "proc", "list", "--match="+t.Member.Container); err != nil {
		return "", err
	}
	for _, p := range all {
		if p.Name == "redis-server" || p.Name == "valkey-server" {
			return p.Name, nil
		}
	}
	return "", fmt.Errorf("no server process in container %s of %s: found %v", t.Member.Container, t.Member.Pod, all)
}
