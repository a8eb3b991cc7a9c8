package fault

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubectl/pkg/drain"
)

// drainLimit is how long disruption budgets may hold a drain up.
const drainLimit = time.Minute

// DrainNode cordons the node under the server and evicts the release's pods there, as kubectl does: disruption budgets are
// respected. The pods of other namespaces, DaemonSets and the relay stay. A pod whose volume is on the node stays Pending
// until healed.
func DrainNode() Fault { return drainNode{limit: drainLimit} }

type drainNode struct{ limit time.Duration }

func (drainNode) Name() string { return "a node drain" }

func (f drainNode) Applies(t Target) error { return ours(f, t) }

// Inject returns when every evicted pod is gone, or with what the budgets said when they did not let them go in time.
func (f drainNode) Inject(ctx context.Context, t Target) (Injected, error) {
	in := Injected{Name: f.Name()}
	node, err := t.Deployment.Cluster.Client.CoreV1().Nodes().Get(ctx, string(t.Member.Node), metav1.GetOptions{})
	if err == nil && node.Spec.Unschedulable {
		err = errors.New("it is cordoned already, and not by this fault")
	}
	if err != nil {
		return in, fmt.Errorf("%s %s: %w", f.Name(), t.Member.Node, err)
	}
	e := &evictions{target: t}
	helper := e.helper(ctx, f.limit)
	pods, errs := helper.GetPodsForDeletion(node.Name)
	if err := errors.Join(errs...); err != nil {
		return in, fmt.Errorf("%s %s: %w", f.Name(), node.Name, err)
	}
	if !holds(pods.Pods(), t.Member.UID) {
		return in, fmt.Errorf("%s %s: pod %s with uid %s is not on it", f.Name(), node.Name, t.Member.Pod, t.Member.UID)
	}
	in.Healed = &Healing{}
	in.Heal = func(ctx context.Context) error { return uncordon(ctx, t, in.Healed) }
	in.Begin = time.Now()
	if err := drain.RunCordonOrUncordon(helper, node, true); err != nil {
		return in, fmt.Errorf("cordon node %s: %w", node.Name, err)
	}
	if err := helper.DeleteOrEvictPods(pods.Pods()); err != nil {
		return in, fmt.Errorf("%s %s: %w: %s", f.Name(), node.Name, err, e.text())
	}
	if len(e.deleted) > 0 {
		return in, fmt.Errorf("%s %s: the API server knows no evictions, so %v were deleted past every budget", f.Name(), node.Name, e.deleted)
	}
	in.End = time.Now()
	in.Evidence = fmt.Sprintf("node %s is cordoned; %s", node.Name, e.text())
	return in, nil
}

func holds(pods []corev1.Pod, uid string) bool {
	for _, p := range pods {
		if string(p.UID) == uid {
			return true
		}
	}
	return false
}

func uncordon(ctx context.Context, t Target, healed *Healing) error {
	nodes := t.Deployment.Cluster.Client.CoreV1().Nodes()
	return until(ctx, func() (missing, _ error) {
		n, err := nodes.Get(ctx, string(t.Member.Node), metav1.GetOptions{})
		if err != nil {
			return err, nil
		}
		if !n.Spec.Unschedulable {
			healed.seen(fmt.Sprintf("node %s takes pods again", n.Name))
			return nil, nil
		}
		err = drain.RunCordonOrUncordon(&drain.Helper{Ctx: ctx, Client: t.Deployment.Cluster.Client}, n, false)
		return errors.Join(fmt.Errorf("node %s is still cordoned", n.Name), err), nil
	})
}
