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

// system is a pod of DNS or storage.
func system(namespace, key, value string, ready corev1.ConditionStatus) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: value, Namespace: namespace, Labels: map[string]string{key: value}},
		Status:     corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}},
	}
}

func dns(ready corev1.ConditionStatus) *corev1.Pod {
	return system("kube-system", "k8s-app", "kube-dns", ready)
}

func storage(ready corev1.ConditionStatus) *corev1.Pod {
	return system("local-path-storage", "app", "local-path-provisioner", ready)
}

// failing makes every later call of a verb on a resource fail with err.
func failing(client *fake.Clientset, verb, resource string, err error) {
	client.PrependReactor(verb, resource, func(clienttest.Action) (bool, runtime.Object, error) { return true, nil, err })
}

// soon is a context that ends before anybody gets bored.
func soon(t *testing.T, cause error) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 500*time.Millisecond, cause)
	t.Cleanup(cancel)
	return ctx
}
