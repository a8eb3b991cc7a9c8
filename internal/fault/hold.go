package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"redis-e2e/internal/topology"
)

// quietLongEnough is how long pods must stay away when no controller says that it was refused: it tries at once, and
// events can be dropped.
const quietLongEnough = 5 * time.Second

// hold is a quota that keeps pods from coming back.
type hold struct {
	target  Target
	victims []topology.Member
	sets    map[string]bool // StatefulSets that own them
	healed  *Healing
}

func (h *hold) client() kubernetes.Interface { return h.target.Deployment.Cluster.Client }
func (h *hold) namespace() string            { return string(h.target.Deployment.Namespace) }

// name holds the uid of a pod that is about to go, so every quota and what is said about it is told apart.
func (h *hold) name() string { return "e2e-held-down-" + h.victims[0].UID }

// prepare creates the quota and waits until the API server counts by it.
func (h *hold) prepare(ctx context.Context) error {
	count, err := h.count(ctx)
	if err != nil {
		return err
	}
	allowed := int64(count - len(h.victims))
	quota := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Name: h.name()}, Spec: corev1.ResourceQuotaSpec{
		Hard: corev1.ResourceList{corev1.ResourcePods: *resource.NewQuantity(allowed, resource.DecimalSI)}}}
	quotas := h.client().CoreV1().ResourceQuotas(h.namespace())
	if _, err := quotas.Create(ctx, quota, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("quota of %d pods: %w", allowed, err)
	}
	return until(ctx, func() (missing, fatal error) {
		now, err := quotas.Get(ctx, h.name(), metav1.GetOptions{})
		if err != nil {
			return err, nil
		}
		hard, known := now.Status.Hard[corev1.ResourcePods]
		used, counted := now.Status.Used[corev1.ResourcePods]
		switch {
		case !known || !counted || hard.Value() != allowed:
			return fmt.Errorf("quota of %d pods is not in force", allowed), nil
		case used.Value()-int64(len(h.victims)) < allowed:
			return nil, fmt.Errorf("a quota of %d pods does not bite: %d count, and %d of them go", allowed, used.Value(), len(h.victims))
		}
		return nil, nil
	})
}

// count is the number of pods that the quota will count once nothing is on its way out, and notes who owns the victims.
func (h *hold) count(ctx context.Context) (int, error) {
	pods, err := h.client().CoreV1().Pods(h.namespace()).List(ctx, metav1.ListOptions{})
	if err != nil {
		return 0, err
	}
	h.sets = map[string]bool{}
	owner := map[string]*metav1.OwnerReference{}
	count := 0
	for i := range pods.Items {
		p := &pods.Items[i]
		if p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
			continue
		}
		o := metav1.GetControllerOf(p)
		if p.DeletionTimestamp != nil {
			if o != nil {
				return 0, fmt.Errorf("pod %s is already being deleted and will be made again: it would be held down too", p.Name)
			}
			continue
		}
		count++
		owner[string(p.UID)] = o
	}
	for _, v := range h.victims {
		o := owner[v.UID]
		if o == nil || o.Kind != "StatefulSet" {
			return 0, fmt.Errorf("pod %s of uid %s is not there or belongs to no StatefulSet: nothing would make it again", v.Pod, v.UID)
		}
		h.sets[o.Name] = true
	}
	return count, nil
}

// refused waits for the word of a StatefulSet that it was refused. A pod that is back is an error.
func (h *hold) refused(ctx context.Context) (string, error) {
	word, begin := "", time.Now()
	err := until(ctx, func() (missing, fatal error) {
		back, err := h.back(ctx)
		if err == nil && len(back) > 0 {
			return nil, fmt.Errorf("pod %s came back although quota %s forbids it", strings.Join(back, ", "), h.name())
		}
		if err != nil {
			return err, nil
		}
		events, err := h.client().CoreV1().Events(h.namespace()).List(ctx, metav1.ListOptions{FieldSelector: "reason=FailedCreate"})
		if err != nil {
			return err, nil
		}
		for _, e := range events.Items {
			if e.Reason == "FailedCreate" && strings.Contains(e.Message, h.name()) {
				word = fmt.Sprintf("the API server refused it to %s %s (FailedCreate)", strings.ToLower(e.InvolvedObject.Kind), e.InvolvedObject.Name)
				return nil, nil
			}
		}
		if time.Since(begin) >= quietLongEnough {
			word = "no event says that a new one was refused, but there is none"
			return nil, nil
		}
		return errors.New("no event says that a new pod was refused"), nil
	})
	return word, err
}

// back names the victims that are there again.
func (h *hold) back(ctx context.Context) ([]string, error) {
	var names []string
	for _, v := range h.victims {
		p, err := h.client().CoreV1().Pods(h.namespace()).Get(ctx, string(v.Pod.Name), metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if string(p.UID) != v.UID {
			names = append(names, p.Name)
		}
	}
	return names, nil
}
