package topology

import (
	"context"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/cluster"
)

// names is a dialect with fixed answers.
type names struct{ chart.Dialect }

func (names) PrimaryStatefulSet() string            { return "redis-master" }
func (names) Sentinel() (chart.Sentinel, bool)      { return chart.Sentinel{}, false }
func (names) HeadlessService() string               { return "redis-headless" }
func (names) RedisContainer() cluster.ContainerName { return "redis" }
func (names) ReleaseSelector() map[string]string    { return map[string]string{"app": "redis"} }

func deployment(objects ...runtime.Object) *Deployment {
	return &Deployment{Cluster: &cluster.Cluster{Client: fake.NewClientset(objects...)}, Namespace: "ns", Release: "redis", Dialect: names{}}
}

func set(replicas int32) *appsv1.StatefulSet {
	return &appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Name: "redis-master", Namespace: "ns", UID: "set"},
		Spec: appsv1.StatefulSetSpec{Replicas: &replicas}}
}

func pod(change func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "redis-master-0", Namespace: "ns", UID: "pod", Labels: map[string]string{"app": "redis", "app.kubernetes.io/component": "master"},
			OwnerReferences: []metav1.OwnerReference{{UID: "set", Controller: new(true)}}},
		Spec: corev1.PodSpec{NodeName: "worker", Containers: []corev1.Container{{Name: "redis"}}},
		Status: corev1.PodStatus{
			Conditions:        []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
			ContainerStatuses: []corev1.ContainerStatus{{Name: "redis", Ready: true, ContainerID: "containerd://abc"}},
		},
	}
	change(p)
	return p
}

func notReady(p *corev1.Pod) { p.Status.Conditions[0].Status = corev1.ConditionFalse }

func TestAwaitReadySaysWhichPodContainerAndReason(t *testing.T) {
	crashing := pod(func(p *corev1.Pod) {
		notReady(p)
		p.Status.ContainerStatuses[0] = corev1.ContainerStatus{Name: "redis", RestartCount: 3,
			State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}}
	})
	event := &corev1.Event{ObjectMeta: metav1.ObjectMeta{Name: "e", Namespace: "ns"}, Type: "Warning", Reason: "BackOff", Message: "back-off restarting",
		InvolvedObject: corev1.ObjectReference{Name: "redis-master-0"}}
	begin := time.Now()
	err := deployment(set(1), crashing, event).AwaitReady(t.Context())
	if err == nil || time.Since(begin) > 5*time.Second {
		t.Fatalf("%v after %s: a crash loop must be given up at once", err, time.Since(begin))
	}
	for _, want := range []string{"redis-master-0", "container redis", "CrashLoopBackOff", "BackOff"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %q", err, want)
		}
	}
}

func TestAwaitReadyWaitsForEveryPodThatIsWanted(t *testing.T) {
	if err := deployment(set(1), pod(func(*corev1.Pod) {})).AwaitReady(t.Context()); err != nil {
		t.Errorf("one of one Ready: %v", err)
	}
	for name, objects := range map[string][]runtime.Object{
		"a pod is missing":     {set(2), pod(func(*corev1.Pod) {})},
		"a pod is not Ready":   {set(1), pod(notReady)},
		"there is nothing yet": nil,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if err := deployment(objects...).AwaitReady(ctx); err == nil {
			t.Errorf("%s, and yet the release counts as Ready", name)
		}
		cancel()
	}
}

func TestMembersLeaveOutOtherPods(t *testing.T) {
	other := pod(func(p *corev1.Pod) { p.Name, p.Spec.Containers[0].Name = "redis-test-ping", "ping" })
	members, err := deployment(pod(func(*corev1.Pod) {}), other).Members(t.Context())
	if err != nil || len(members) != 1 || members[0].Container != "abc" || members[0].Address != "redis-master-0.redis-headless.ns.svc.cluster.local:6379" {
		t.Fatalf("members %+v, %v", members, err)
	}
	if _, err := deployment().Members(t.Context()); err == nil {
		t.Error("a release without pods has no members, and that must be an error: a loop over none proves nothing")
	}
}

func TestAPasswordInAnObjectIsNamedWithoutBeingShown(t *testing.T) {
	d := deployment()
	d.Password = "s3cret-word"
	d.Manifest = "kind: Secret\nmetadata: {name: s}\nstringData: {p: s3cret-word}\n---\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - args: [--pass=s3cret-word]\n"
	found, err := d.inObjects()
	if err != nil || len(found) != 1 || found[0] != "object Pod p.spec.containers[0].args[0]" {
		t.Fatalf("found %q, %v", found, err)
	}
}
