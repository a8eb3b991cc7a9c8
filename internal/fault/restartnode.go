package fault

import (
	"context"
	"fmt"
	"time"
)

// RestartNode cuts the power of the node under the server and starts it again.
func RestartNode() Fault { return restartNode{} }

type restartNode struct{}

func (restartNode) Name() string { return "a node restart" }

func (f restartNode) Applies(t Target) error {
	if t.Nodes == nil {
		return fmt.Errorf("%s: the nodes are not ours; use --provider=kind", f.Name())
	}
	return nil
}

// Inject returns when the node runs again and the server has another process than before.
func (f restartNode) Inject(ctx context.Context, t Target) (Injected, error) {
	in := Injected{Name: f.Name(), Begin: time.Now()}
	if err := t.Nodes.Restart(ctx, t.Member.Node); err != nil {
		return in, fmt.Errorf("%s %s: %w", f.Name(), t.Member.Node, err)
	}
	tick := time.NewTicker(150 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := t.Deployment.Primary(ctx)
		if err == nil && now.Container != "" && now.Incarnation() != t.Member.Incarnation() {
			in.End = time.Now()
			in.Evidence = fmt.Sprintf("node %s restarted, container %.12s was replaced by %.12s", t.Member.Node, t.Member.Container, now.Container)
			return in, nil
		}
		select {
		case <-ctx.Done():
			return in, fmt.Errorf("%s %s: no new server process: %w", f.Name(), t.Member.Node, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
