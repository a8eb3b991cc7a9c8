package fault

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/topology"
)

// DeletePod deletes the pod with its own grace period: what a drain or a rolling update does. Took is how long it went.
func DeletePod() Fault { return deletePod{} }

// DeletePodNow deletes the pod with no grace at all: the container is killed and the API forgets it at once.
func DeletePodNow() Fault { return deletePod{force: true} }

type deletePod struct{ force bool }

func (f deletePod) Name() string {
	if f.force {
		return "a forced pod delete"
	}
	return "a graceful pod delete"
}

func (f deletePod) Applies(t Target) error {
	if t.Member.UID == "" {
		return fmt.Errorf("%s: no pod was named", f.Name())
	}
	return nil
}

// victims are the pods that are deleted.
func (f deletePod) victims(_ context.Context, t Target) ([]topology.Member, error) {
	return []topology.Member{t.Member}, nil
}

// Inject waits until the pod with this UID is gone; a StatefulSet makes another one of the same name.
func (f deletePod) Inject(ctx context.Context, t Target) (Injected, error) {
	pods := t.Deployment.Cluster.Client.CoreV1().Pods(string(t.Member.Pod.Namespace))
	options := metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(t.Member.UID)}
	if f.force {
		options.GracePeriodSeconds = new(int64(0))
	}
	in := Injected{Name: f.Name(), Begin: time.Now()}
	if err := pods.Delete(ctx, string(t.Member.Pod.Name), options); err != nil {
		return in, fmt.Errorf("%s of %s: %w", f.Name(), t.Member.Pod, err)
	}
	err := until(ctx, func() (missing, _ error) {
		p, err := pods.Get(ctx, string(t.Member.Pod.Name), metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err) || err == nil && string(p.UID) != t.Member.UID:
			return nil, nil
		case err != nil:
			return err, nil
		}
		return fmt.Errorf("it is still there"), nil
	})
	if err != nil {
		return in, fmt.Errorf("%s of %s: %w", f.Name(), t.Member.Pod, err)
	}
	in.End = time.Now()
	in.Evidence = fmt.Sprintf("pod %s with uid %s is gone after %s", t.Member.Pod, t.Member.UID, in.Took().Round(time.Millisecond))
	return in, nil
}
