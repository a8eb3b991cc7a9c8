package cluster

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttest "k8s.io/client-go/testing"
)

func pretend(provider string, objects ...runtime.Object) (*Cluster, *fake.Clientset) {
	client := fake.NewClientset(objects...)
	return &Cluster{Handle: Handle{Name: "c", Provider: provider}, Client: client}, client
}

func node(name string, ready corev1.ConditionStatus) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{
			{Type: corev1.NodeMemoryPressure, Status: corev1.ConditionFalse}, {Type: corev1.NodeReady, Status: ready},
		}},
	}
}

func dns(ready corev1.ConditionStatus) *corev1.Pod {
	return system(Pod{"kube-system", "kube-dns"}, "k8s-app", ready)
}

func storage(ready corev1.ConditionStatus) *corev1.Pod {
	return system(Pod{"local-path-storage", "local-path-provisioner"}, "app", ready)
}

// system is a pod that carries its own name as label.
func system(p Pod, label string, ready corev1.ConditionStatus) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: string(p.Name), Namespace: string(p.Namespace), Labels: map[string]string{label: string(p.Name)}},
		Status:     corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}},
	}
}

// silent makes the API server fail with err when nodes are listed, after it has answered so many times.
func silent(client *fake.Clientset, answers int, err error) {
	client.PrependReactor("list", "nodes", func(clienttest.Action) (bool, runtime.Object, error) {
		answers--
		return answers < 0, nil, err
	})
}

// soon is a context that ends before anybody gets bored.
func soon(t *testing.T, cause error) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 500*time.Millisecond, cause)
	t.Cleanup(cancel)
	return ctx
}
