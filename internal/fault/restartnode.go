package fault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"redis-e2e/internal/topology"
)

// RestartNode cuts the power of the node under the server and starts it again.
func RestartNode() Fault { return restartNode{} }

type restartNode struct{}

func (restartNode) Name() string { return "a node restart" }

func (f restartNode) Applies(t Target) error { return ours(f, t) }

// Inject returns when the node runs again and the server has another process than before.
func (f restartNode) Inject(ctx context.Context, t Target) (Injected, error) {
	in := Injected{Name: f.Name(), Begin: time.Now()}
	if err := t.Nodes.Restart(ctx, t.Member.Node); err != nil {
		return in, fmt.Errorf("%s %s: %w", f.Name(), t.Member.Node, err)
	}
	var now topology.Member
	err := until(ctx, func() (missing, _ error) {
		var err error
		if now, err = t.Deployment.Member(ctx, t.Member.Pod.Name); err != nil {
			return err, nil
		}
		if now.Container == "" || now.Incarnation() == t.Member.Incarnation() {
			return errors.New("no new server process"), nil
		}
		return nil, nil
	})
	if err != nil {
		return in, fmt.Errorf("%s %s: %w", f.Name(), t.Member.Node, err)
	}
	in.End = time.Now()
	in.Evidence = fmt.Sprintf("node %s restarted, container %.12s was replaced by %.12s", t.Member.Node, t.Member.Container, now.Container)
	return in, nil
}
