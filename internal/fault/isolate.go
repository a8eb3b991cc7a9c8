package fault

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/cluster"
)

// IsolateNode cuts the node under the server off from everything else, both ways, open connections included: pods on it
// reach one another and nothing more, and the API server loses the node. Aim tells Applies which nodes cannot be taken.
func IsolateNode() Fault { return isolate{} }

type isolate struct{}

func (isolate) Name() string { return "a network partition around its node" }

func (f isolate) Applies(t Target) error {
	if err := ours(f, t); err != nil {
		return err
	}
	if why := t.Spared[t.Member.Node]; why != "" {
		return fmt.Errorf("%s: not node %s: %s", f.Name(), t.Member.Node, why)
	}
	return nil
}

// Inject returns when the node no longer answers another one.
func (f isolate) Inject(ctx context.Context, t Target) (Injected, error) {
	in := Injected{Name: f.Name()}
	t, err := Aim(ctx, t)
	if err == nil {
		err = f.Applies(t)
	}
	if err != nil {
		return in, err
	}
	in.Healed = &Healing{}
	cut, err := t.Nodes.Isolate(ctx, t.Member.Node)
	in.Begin, in.End = cut.Began, cut.Seen
	in.Heal = func(ctx context.Context) error {
		if err := cut.Heal(ctx); err != nil {
			return err
		}
		if err := nodeReady(ctx, t); err != nil {
			return err
		}
		in.Healed.seen(fmt.Sprintf("the kubelet of node %s answers from another node, and the API server calls it Ready", t.Member.Node))
		return nil
	}
	if err != nil {
		return in, fmt.Errorf("%s %s: %w", f.Name(), t.Member.Node, err)
	}
	in.Evidence = fmt.Sprintf("the kubelet of node %s answered from another node before and does not since; the rule expires after %s", t.Member.Node,
		cluster.IsolationLimit)
	return in, nil
}

// ours says that the nodes are not ours, unless they are.
func ours(f Fault, t Target) error {
	if t.Nodes == nil {
		return fmt.Errorf("%s: the nodes are not ours; use --provider=kind", f.Name())
	}
	if t.Member.Node == "" {
		return fmt.Errorf("%s: pod %s runs on no node yet", f.Name(), t.Member.Pod)
	}
	return nil
}

func nodeReady(ctx context.Context, t Target) error {
	return until(ctx, func() (missing, _ error) {
		n, err := t.Deployment.Cluster.Client.CoreV1().Nodes().Get(ctx, string(t.Member.Node), metav1.GetOptions{})
		if err != nil {
			return err, nil
		}
		for _, c := range n.Status.Conditions {
			if c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue {
				return nil, nil
			}
		}
		return fmt.Errorf("node %s is not Ready", n.Name), nil
	})
}
