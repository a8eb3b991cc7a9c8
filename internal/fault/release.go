package fault

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const nudge = "redis-e2e/nudged"

// release deletes the quota and waits until every pod is there again, Ready or not.
func (h *hold) release(ctx context.Context) error {
	broken, err := h.broken(ctx)
	if err != nil {
		return err
	}
	quotas := h.client().CoreV1().ResourceQuotas(h.namespace())
	if err := quotas.Delete(ctx, h.name(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("quota %s: %w", h.name(), err)
	}
	begin := time.Now()
	if err := h.nudge(ctx); err != nil {
		return err
	}
	err = until(ctx, func() (missing, _ error) {
		for _, v := range h.victims {
			if _, err := h.client().CoreV1().Pods(h.namespace()).Get(ctx, string(v.Pod.Name), metav1.GetOptions{}); err != nil {
				return fmt.Errorf("quota %s is deleted: %w", h.name(), err), nil
			}
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	h.healed.seen(fmt.Sprintf("%d pods are there again %s after the quota went", len(h.victims), time.Since(begin).Round(time.Millisecond)))
	return broken
}

// broken says that the quota, while it is there, did not hold: a pod came back under it.
func (h *hold) broken(ctx context.Context) (broken, err error) {
	_, err = h.client().CoreV1().ResourceQuotas(h.namespace()).Get(ctx, h.name(), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	back, err := h.back(ctx)
	if err == nil && len(back) > 0 {
		broken = fmt.Errorf("pod %v came back although quota %s forbids it", back, h.name())
	}
	return broken, err
}

// nudge makes the StatefulSets try at once: after many refusals their controller waits as long again as it was held. The
// annotation does not stay.
func (h *hold) nudge(ctx context.Context) error {
	sets := h.client().AppsV1().StatefulSets(h.namespace())
	for name := range h.sets {
		for _, value := range []string{`"now"`, "null"} {
			patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%s}}}`, nudge, value)
			if _, err := sets.Patch(ctx, name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil && !apierrors.IsNotFound(err) {
				return fmt.Errorf("statefulset %s: %w", name, err)
			}
		}
	}
	return nil
}
