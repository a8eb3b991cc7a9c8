package fault

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	clienttest "k8s.io/client-go/testing"
)

func TestADeletedPodIsGone(t *testing.T) {
	for _, f := range []Fault{DeletePod(), DeletePodNow()} {
		target, client := release(t, server("redis-master-0"))
		in, err := f.Inject(soon(t), target)
		if err != nil || in.Took() <= 0 || in.Heal != nil || !strings.Contains(in.Evidence, "uid-of-redis-master-0 is gone after") {
			t.Errorf("%s: %+v, %v", f.Name(), in, err)
		}
		for _, a := range client.Actions() {
			if d, ok := a.(clienttest.DeleteActionImpl); ok {
				if o := d.DeleteOptions; string(*o.Preconditions.UID) != target.Member.UID || (o.GracePeriodSeconds != nil) != (f == DeletePodNow()) {
					t.Errorf("%s: deleted with %+v", f.Name(), o)
				}
			}
		}
	}
}

func TestAPodThatStaysIsReported(t *testing.T) {
	target, client := release(t, server("redis-master-0"))
	client.PrependReactor("delete", "pods", func(clienttest.Action) (bool, runtime.Object, error) { return true, nil, nil })
	in, err := DeletePod().Inject(soon(t), target)
	says(t, err, "it is still there", "nobody waits longer")
	if !in.End.IsZero() || in.Took() != 0 {
		t.Errorf("it counts as gone after %s", in.Took())
	}
}

func TestEveryServerPodMustGo(t *testing.T) {
	target, _ := release(t, server("redis-master-0"), server("redis-replicas-0"), server("redis-replicas-1"))
	in, err := DeleteAllPods().Inject(soon(t), target)
	if err != nil || !strings.Contains(in.Evidence, "the 3 pods redis-master-0, redis-replicas-0, redis-replicas-1 are gone") {
		t.Fatalf("%+v, %v", in, err)
	}
	target, client := release(t, server("redis-master-0"), server("redis-replicas-0"), server("redis-replicas-1"))
	client.PrependReactor("delete", "pods", func(a clienttest.Action) (bool, runtime.Object, error) {
		return a.(clienttest.DeleteAction).GetName() == "redis-replicas-1", nil, nil
	})
	_, err = DeleteAllPods().Inject(soon(t), target)
	says(t, err, "still there: redis-replicas-1")
}
