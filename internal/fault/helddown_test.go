package fault

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttest "k8s.io/client-go/testing"
)

// controllers play the quota controller, which counts so many pods, and the StatefulSet's: what it does after a delete.
func controllers(client *fake.Clientset, used int64, deleted func(name string)) {
	client.PrependReactor("create", "resourcequotas", func(a clienttest.Action) (bool, runtime.Object, error) {
		q := a.(clienttest.CreateAction).GetObject().(*corev1.ResourceQuota)
		q.Status = corev1.ResourceQuotaStatus{Hard: q.Spec.Hard, Used: corev1.ResourceList{corev1.ResourcePods: *resource.NewQuantity(used, resource.DecimalSI)}}
		return false, nil, nil
	})
	client.PrependReactor("delete", "pods", func(a clienttest.Action) (bool, runtime.Object, error) {
		name := a.(clienttest.DeleteAction).GetName()
		if err := client.Tracker().Delete(a.GetResource(), "ns", name); err != nil {
			return true, nil, err
		}
		deleted(name)
		return true, nil, nil
	})
}

func refusal(quota string) *corev1.Event {
	return &corev1.Event{ObjectMeta: metav1.ObjectMeta{Name: "e", Namespace: "ns"}, Reason: "FailedCreate", InvolvedObject: corev1.ObjectReference{Kind: "StatefulSet", Name: "redis-master"},
		Message: `create Pod redis-master-0 in StatefulSet redis-master failed error: pods "redis-master-0" is forbidden: exceeded quota: ` + quota}
}

func completed(p *corev1.Pod) {
	p.OwnerReferences, p.Labels, p.Status.Phase = nil, nil, corev1.PodSucceeded
}

func TestAPodIsHeldDownUntilHealed(t *testing.T) {
	target, client := release(t, server("redis-master-0"), server("redis-replicas-0"), server("done", completed))
	controllers(client, 2, func(string) { _ = client.Tracker().Add(refusal("e2e-held-down-uid-of-redis-master-0")) })
	in, err := HeldDown(DeletePodNow()).Inject(soon(t), target)
	if err != nil || !strings.Contains(in.Evidence, "refused it to statefulset redis-master (FailedCreate)") || in.End.Before(in.Begin) {
		t.Fatalf("%+v, %v", in, err)
	}
	quotas := client.CoreV1().ResourceQuotas("ns")
	q, err := quotas.Get(t.Context(), "e2e-held-down-uid-of-redis-master-0", metav1.GetOptions{})
	if err != nil || q.Spec.Hard.Pods().Value() != 1 {
		t.Errorf("of two pods that run and one that has ended it allows %v, %v; want 1", q.Spec.Hard.Pods(), err)
	}
	says(t, in.Heal(soon(t)), `pods "redis-master-0" not found`)
	if !in.Healed.At.IsZero() {
		t.Error("it counts as healed although the pod is not there")
	}
	if err := client.Tracker().Add(server("redis-master-0", again)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := in.Heal(soon(t)); err != nil || in.Healed.At.IsZero() {
			t.Errorf("heal: %v, %+v", err, in.Healed)
		}
	}
	if left, err := quotas.List(t.Context(), metav1.ListOptions{}); err != nil || len(left.Items) != 0 {
		t.Errorf("left: %v, %v", left.Items, err)
	}
}

func TestAPodThatComesBackUnderTheQuotaIsReported(t *testing.T) {
	target, client := release(t, server("redis-master-0"))
	controllers(client, 1, func(string) { _ = client.Tracker().Add(server("redis-master-0", again)) })
	in, err := HeldDown(DeletePodNow()).Inject(soon(t), target)
	says(t, err, "pod redis-master-0 came back although quota e2e-held-down-uid-of-redis-master-0 forbids it")
	says(t, in.Heal(soon(t)), "came back although")
	if err := in.Heal(soon(t)); err != nil {
		t.Errorf("the quota is gone, and healing again says %v", err)
	}
}

func TestAQuotaThatDoesNotBiteDeletesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		used int64
		with *corev1.Pod
		want string
	}{
		"it counts fewer pods":              {0, nil, "does not bite: 0 count"},
		"another pod is on its way":         {2, server("redis-replicas-0", func(p *corev1.Pod) { p.DeletionTimestamp, p.Finalizers = &metav1.Time{Time: time.Now()}, []string{"x"} }), "is already being deleted"},
		"nobody would make it again anyway": {1, nil, "belongs to no StatefulSet"},
	} {
		pod := server("redis-master-0")
		if name == "nobody would make it again anyway" {
			pod.OwnerReferences = nil
		}
		target, client := release(t, pod)
		if c.with != nil {
			if err := client.Tracker().Add(c.with); err != nil {
				t.Fatal(err)
			}
		}
		controllers(client, c.used, func(string) { t.Errorf("%s: the pod was deleted", name) })
		in, err := HeldDown(DeletePodNow()).Inject(soon(t), target)
		says(t, err, c.want)
		if in.Heal == nil {
			t.Errorf("%s: nothing would delete the quota", name)
		} else if err := in.Heal(soon(t)); err != nil {
			t.Errorf("%s: heal: %v", name, err)
		}
	}
}

func TestOnlyADeleteCanBeHeldDown(t *testing.T) {
	target, _ := release(t)
	says(t, HeldDown(KillServer()).Applies(target), "it deletes no pod")
	for _, f := range []Fault{DeletePod(), DeletePodNow(), DeleteAllPods()} {
		if err := HeldDown(f).Applies(target); err != nil {
			t.Error(err)
		}
	}
}
