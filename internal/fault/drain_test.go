package fault

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttest "k8s.io/client-go/testing"

	"redis-e2e/internal/cluster"
)

// nodes are ours.
type nodes struct {
	cluster.Nodes
	cut cluster.Isolation
	err error
}

func (n nodes) Isolate(context.Context, cluster.NodeName) (cluster.Isolation, error) {
	return n.cut, n.err
}

func machine(name string, labels map[string]string) *corev1.Node {
	return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}, Status: corev1.NodeStatus{
		Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}}}
}

// evicting plays an API server that refuses the first evictions of each pod.
func evicting(client *fake.Clientset, refusals int) *[]string {
	client.Resources = append(client.Resources, &metav1.APIResourceList{GroupVersion: "v1",
		APIResources: []metav1.APIResource{{Name: "pods/eviction", Kind: "Eviction", Group: "policy", Version: "v1"}}})
	var evicted []string
	client.PrependReactor("create", "pods", func(a clienttest.Action) (bool, runtime.Object, error) {
		if a.GetSubresource() != "eviction" {
			return false, nil, nil
		}
		if refusals--; refusals >= 0 {
			return true, nil, apierrors.NewTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0)
		}
		e := a.(clienttest.CreateAction).GetObject().(*policyv1.Eviction)
		evicted = append(evicted, e.Namespace+"/"+e.Name)
		return true, nil, client.Tracker().Delete(corev1.SchemeGroupVersion.WithResource("pods"), e.Namespace, e.Name)
	})
	return &evicted
}

func TestADrainEvictsTheReleaseAndNobodyElse(t *testing.T) {
	others := []runtime.Object{
		server("e2e-relay", func(p *corev1.Pod) { p.OwnerReferences = nil }), server("redis-replicas-0", func(p *corev1.Pod) { p.Spec.NodeName = "other" }),
		server("redis-master-0", func(p *corev1.Pod) { p.Namespace, p.OwnerReferences = "theirs", nil }),
		server("daemon", func(p *corev1.Pod) {
			p.OwnerReferences[0] = metav1.OwnerReference{APIVersion: "apps/v1", Kind: "DaemonSet", Name: "daemons", Controller: new(true)}
		}),
		&appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "daemons", Namespace: "ns"}},
	}
	target, client := release(t, append(others, server("redis-master-0"), machine("worker", nil))...)
	target.Nodes = nodes{}
	evicted := evicting(client, 1)
	in, err := DrainNode().Inject(t.Context(), target)
	if err != nil || strings.Join(*evicted, " ") != "ns/redis-master-0" {
		t.Fatalf("evicted %v, %v", *evicted, err)
	}
	for _, want := range []string{"node worker is cordoned", "evicted redis-master-0 (uid uid-of-redis-master-0", "1 evictions were refused", "disruption budget"} {
		if !strings.Contains(in.Evidence, want) {
			t.Errorf("evidence %q does not say %q", in.Evidence, want)
		}
	}
	for range 2 {
		if err := in.Heal(soon(t)); err != nil || !strings.Contains(in.Healed.Evidence, "takes pods again") {
			t.Errorf("heal: %v, %+v", err, in.Healed)
		}
	}
}

func TestABudgetThatNeverAllowsItIsReportedAndTheNodeHealed(t *testing.T) {
	target, client := release(t, server("redis-master-0"), machine("worker", nil))
	evicting(client, 1000)
	in, err := drainNode{limit: 1500 * time.Millisecond}.Inject(t.Context(), target)
	says(t, err, "evicted none; 2 evictions were refused", "disruption budget")
	n, getErr := client.CoreV1().Nodes().Get(t.Context(), "worker", metav1.GetOptions{})
	if getErr != nil || !n.Spec.Unschedulable || in.Heal == nil {
		t.Fatalf("unschedulable %v, %v; heal %v", n.Spec.Unschedulable, getErr, in.Heal != nil)
	}
	if err := in.Heal(soon(t)); err != nil {
		t.Error(err)
	}
	if n, err := client.CoreV1().Nodes().Get(t.Context(), "worker", metav1.GetOptions{}); err != nil || n.Spec.Unschedulable {
		t.Errorf("still cordoned, %v", err)
	}
}

func TestANodeThatSomebodyElseCordonedIsLeftAlone(t *testing.T) {
	worker := machine("worker", nil)
	worker.Spec.Unschedulable = true
	target, _ := release(t, server("redis-master-0"), worker)
	in, err := DrainNode().Inject(soon(t), target)
	says(t, err, "cordoned already")
	if in.Heal != nil {
		t.Error("healing would uncordon it")
	}
}

func TestNodesThatMustStayAreNotCutOff(t *testing.T) {
	relay := server("e2e-relay", func(p *corev1.Pod) { p.Spec.NodeName = "worker" })
	target, _ := release(t, relay, machine("worker", nil), machine("main", map[string]string{cluster.ControlPlaneLabel: ""}))
	says(t, IsolateNode().Applies(target), "the nodes are not ours")
	target.Nodes = nodes{err: errors.New("it was asked to cut")}
	for node, why := range map[cluster.NodeName]string{"worker": "the road to the release leads over it", "main": "the API server lives there"} {
		target.Member.Node = node
		aimed, err := Aim(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		says(t, IsolateNode().Applies(aimed), why)
		_, err = IsolateNode().Inject(soon(t), target) // not aimed
		says(t, err, why)
	}
	target.Member.Node = "free"
	_, err := IsolateNode().Inject(soon(t), target)
	says(t, err, "it was asked to cut")
}

func TestAPartitionIsHealedWhenTheNodeIsReadyAgain(t *testing.T) {
	worker := machine("worker", nil)
	worker.Status.Conditions[0].Status = corev1.ConditionUnknown
	target, client := release(t, worker)
	healed := 0
	begin := time.Now()
	target.Nodes = nodes{cut: cluster.Isolation{Began: begin, Seen: begin.Add(time.Second), Heal: func(context.Context) error { healed++; return nil }}}
	in, err := IsolateNode().Inject(soon(t), target)
	if err != nil || in.Took() != time.Second {
		t.Fatalf("%+v, %v", in, err)
	}
	says(t, in.Heal(soon(t)), "node worker is not Ready")
	if _, err := client.CoreV1().Nodes().Update(t.Context(), machine("worker", nil), metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := in.Heal(soon(t)); err != nil || healed != 2 || in.Healed.At.IsZero() {
		t.Errorf("%v after %d", err, healed)
	}
}
