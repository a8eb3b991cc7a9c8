package cluster

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Sweep deletes every namespace that a run made, whichever run it was, and gives their number. It does not wait.
func (c *Cluster) Sweep(ctx context.Context) (int, error) {
	namespaces := c.Client.CoreV1().Namespaces()
	found, err := namespaces.List(ctx, metav1.ListOptions{LabelSelector: RunLabel})
	if err != nil {
		return 0, err
	}
	for _, ns := range found.Items {
		if err := namespaces.Delete(ctx, ns.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return 0, err
		}
	}
	return len(found.Items), nil
}

// AwaitSwept deletes what runs made and waits until it is gone.
func (c *Cluster) AwaitSwept(ctx context.Context) error {
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for {
		left, err := c.Sweep(ctx)
		if err == nil && left == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			if err != nil {
				return fmt.Errorf("%w: %w", context.Cause(ctx), err)
			}
			return fmt.Errorf("%w: %d namespaces are left", context.Cause(ctx), left)
		case <-tick.C:
		}
	}
}
