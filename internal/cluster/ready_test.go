package cluster

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

const (
	yes = corev1.ConditionTrue
	no  = corev1.ConditionFalse
)

func TestWhatKeepsAClusterFromBeingUsableIsNamed(t *testing.T) {
	deleted := dns(yes)
	deleted.DeletionTimestamp = &metav1.Time{Time: time.Now()}
	deleted.Finalizers = []string{"kept"}
	for name, c := range map[string]struct {
		provider string
		objects  []runtime.Object
		want     []string
	}{
		"all there":            {"kind", []runtime.Object{node("a", yes), node("b", yes), dns(yes), storage(yes)}, nil},
		"a node is not there":  {"kind", []runtime.Object{node("a", yes), dns(yes), storage(yes)}, []string{"1 of 2 nodes registered"}},
		"a node is not ready":  {"kind", []runtime.Object{node("a", yes), node("b", no), dns(yes), storage(yes)}, []string{"node b is not Ready"}},
		"a node is lost":       {"kind", []runtime.Object{node("a", yes), node("b", corev1.ConditionUnknown), dns(yes), storage(yes)}, []string{"node b is not Ready"}},
		"a node says nothing":  {"kind", []runtime.Object{node("a", yes), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "b"}}, dns(yes), storage(yes)}, []string{"node b is not Ready"}},
		"DNS is not ready":     {"kind", []runtime.Object{node("a", yes), node("b", yes), dns(no), storage(yes)}, []string{"DNS has no Ready pod"}},
		"DNS is being deleted": {"kind", []runtime.Object{node("a", yes), node("b", yes), deleted, storage(yes)}, []string{"DNS has no Ready pod"}},
		"nothing":              {"kind", nil, []string{"0 of 2 nodes registered", "DNS has no Ready pod", "storage provisioner has no Ready pod"}},
		"somebody else's":      {"existing", []runtime.Object{node("a", yes), node("b", yes)}, nil},
	} {
		cl, _ := pretend(c.provider, c.objects...)
		if got, err := cl.Missing(t.Context(), 2); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: missing %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestAwaitReadyEndsWhenTheLastPartIsThere(t *testing.T) {
	cl, _ := pretend("kind", node("a", yes), dns(yes), storage(no))
	time.AfterFunc(50*time.Millisecond, func() {
		if _, err := cl.Client.CoreV1().Pods("local-path-storage").UpdateStatus(t.Context(), storage(yes), metav1.UpdateOptions{}); err != nil {
			t.Error(err)
		}
	})
	if err := cl.AwaitReady(t.Context(), 1); err != nil {
		t.Error(err)
	}
}

func TestAwaitReadySaysWhatWasStillMissing(t *testing.T) {
	limit, dead := errors.New("not ready within 6m"), errors.New("connection refused")
	cl, _ := pretend("kind", node("a", no), dns(yes), storage(yes))
	err := cl.AwaitReady(soon(t, limit), 1)
	if !errors.Is(err, limit) || !strings.Contains(err.Error(), "cluster c: not ready within 6m: node a is not Ready") {
		t.Errorf("got %v", err)
	}

	cl, client := pretend("kind")
	silent(client, 0, dead)
	if err := cl.AwaitReady(soon(t, limit), 1); !errors.Is(err, limit) || !errors.Is(err, dead) {
		t.Errorf("got %v, want the API server's error", err)
	}

	cl, client = pretend("kind", node("a", no), dns(yes), storage(yes))
	silent(client, 1, dead)
	if err := cl.AwaitReady(soon(t, limit), 1); err == nil || !strings.Contains(err.Error(), "node a is not Ready") {
		t.Errorf("got %v, want also what was missing before the API server went silent", err)
	}
}
