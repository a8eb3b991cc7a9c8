package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/topology"
)

// DeleteAllPods deletes every server pod of the release at once, with no grace.
func DeleteAllPods() Fault { return deleteAll{} }

type deleteAll struct{}

func (deleteAll) Name() string { return "a forced delete of all its pods" }

func (deleteAll) Applies(Target) error { return nil }

// victims are the pods that are deleted.
func (deleteAll) victims(ctx context.Context, t Target) ([]topology.Member, error) {
	return t.Deployment.Members(ctx)
}

// Inject waits until no pod has any of the UIDs that were there before.
func (f deleteAll) Inject(ctx context.Context, t Target) (Injected, error) {
	in := Injected{Name: f.Name(), Begin: time.Now()}
	members, err := f.victims(ctx, t)
	if err != nil {
		return in, fmt.Errorf("%s: %w", f.Name(), err)
	}
	pods := t.Deployment.Cluster.Client.CoreV1().Pods(string(t.Deployment.Namespace))
	in.Begin = time.Now()
	var g errgroup.Group
	for _, m := range members {
		g.Go(func() error {
			return pods.Delete(ctx, string(m.Pod.Name), metav1.DeleteOptions{
				GracePeriodSeconds: new(int64(0)), Preconditions: metav1.NewUIDPreconditions(m.UID)})
		})
	}
	if err := g.Wait(); err != nil {
		return in, fmt.Errorf("%s: %w", f.Name(), err)
	}
	var names []string
	before := map[string]bool{}
	for _, m := range members {
		names, before[m.UID] = append(names, string(m.Pod.Name)), true
	}
	err = until(ctx, func() (missing, _ error) {
		now, err := pods.List(ctx, metav1.ListOptions{})
		if err != nil {
			return err, nil
		}
		var left []string
		for _, p := range now.Items {
			if before[string(p.UID)] {
				left = append(left, p.Name)
			}
		}
		if len(left) > 0 {
			return errors.New("still there: " + strings.Join(left, ", ")), nil
		}
		return nil, nil
	})
	if err != nil {
		return in, fmt.Errorf("%s: %w", f.Name(), err)
	}
	in.End = time.Now()
	in.Evidence = fmt.Sprintf("the %d pods %s are gone, none of their uids is left, after %s", len(names), strings.Join(names, ", "),
		in.Took().Round(time.Millisecond))
	return in, nil
}
