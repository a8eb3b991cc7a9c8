package fault

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/topology"
)

// names is a dialect with fixed answers.
type names struct{ chart.Dialect }

func (names) PrimaryStatefulSet() string            { return "redis-master" }
func (names) HeadlessService() string               { return "redis-headless" }
func (names) RedisContainer() cluster.ContainerName { return "redis" }
func (names) ReleaseSelector() map[string]string    { return map[string]string{"app": "redis"} }
func (names) Sentinel() (chart.Sentinel, bool)      { return chart.Sentinel{}, false }

// release is a target whose API server is pretended; its member is the pod redis-master-0.
func release(t *testing.T, objects ...runtime.Object) (Target, *fake.Clientset) {
	t.Helper()
	client := fake.NewClientset(objects...)
	d := &topology.Deployment{Cluster: &cluster.Cluster{Client: client}, Namespace: "ns", Release: "redis", Dialect: names{}}
	return Target{Deployment: d, Member: topology.Member{Pod: cluster.Pod{Namespace: "ns", Name: "redis-master-0"}, UID: "uid-of-redis-master-0",
		Node: "worker", Container: "abc"}}, client
}

func server(name string, change ...func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "ns", UID: types.UID("uid-of-" + name),
			Labels:          map[string]string{"app": "redis", "app.kubernetes.io/component": "master"},
			OwnerReferences: []metav1.OwnerReference{{Kind: "StatefulSet", Name: "redis-master", UID: "set", Controller: new(true)}}},
		Spec: corev1.PodSpec{NodeName: "worker", Containers: []corev1.Container{{Name: "redis"}}},
	}
	for _, c := range change {
		c(p)
	}
	return p
}

// again is the pod that a StatefulSet makes after this name's first one.
func again(p *corev1.Pod) { p.UID += "-2" }

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 400*time.Millisecond, errors.New("nobody waits longer"))
	t.Cleanup(cancel)
	return ctx
}

func says(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("got %v, want it to say %q", err, w)
		}
	}
}
