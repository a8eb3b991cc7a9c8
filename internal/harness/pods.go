package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/topology"
)

// settling is how long a pod's trouble must stay the same to count as what is wrong with it.
const settling = 3 * time.Second

// Broken waits until some pod of the release cannot become Ready, and says which and why, with the last lines of its log; a text a
// pod.
func (e *Env) Broken(ctx ginkgo.SpecContext, d *topology.Deployment) []string {
	ginkgo.GinkgoHelper()
	defer e.wait("observe", "pods that do not become Ready")()
	limited, cancel := within(ctx, e.Timeouts.PodsReady, "a pod that cannot become Ready")
	defer cancel()
	var broken []string
	must(e.poll(limited, func() error {
		pods, err := e.Cluster.Client.CoreV1().Pods(string(d.Namespace)).List(limited, metav1.ListOptions{})
		if err != nil {
			return err
		}
		broken = nil
		for i := range pods.Items {
			if p := &pods.Items[i]; len(p.OwnerReferences) > 0 && hopeless(p) {
				pod := cluster.Pod{Namespace: d.Namespace, Name: cluster.PodName(p.Name)}
				broken = append(broken, strings.Join(append([]string{cluster.Diagnose(p)}, e.Cluster.LastLog(limited, pod, d.Dialect.RedisContainer())...), "\n  "))
			}
		}
		if len(broken) == 0 {
			return errors.New("every pod is Ready, or may yet become so")
		}
		return nil
	}), "broken pods")
	return broken
}

// hopeless says whether a pod waits for what will not come: an image, or a node.
func hopeless(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Reason == corev1.PodReasonUnschedulable && time.Since(c.LastTransitionTime.Time) > settling {
			return true
		}
	}
	for _, c := range p.Status.ContainerStatuses {
		if w := c.State.Waiting; w != nil && (w.Reason == "ErrImageNeverPull" || w.Reason == "ImagePullBackOff" || w.Reason == "CrashLoopBackOff") {
			return true
		}
	}
	return false
}

// Unstick deletes the pods that a StatefulSet waits for in vain, and returns when the release is Ready.
func (e *Env) Unstick(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	stuck, err := d.Outdated(ctx)
	must(err, "stuck pods")
	for _, pod := range stuck {
		must(e.Cluster.Client.CoreV1().Pods(string(d.Namespace)).Delete(ctx, pod, metav1.DeleteOptions{}), "delete "+pod)
	}
	e.ready(ctx, d, "pods")
}

// Evict asks the API server once to evict a pod, and gives its answer.
func (e *Env) Evict(ctx context.Context, d *topology.Deployment, m topology.Member) error {
	return e.Cluster.Client.PolicyV1().Evictions(string(d.Namespace)).Evict(ctx, &policyv1.Eviction{
		ObjectMeta: metav1.ObjectMeta{Namespace: string(d.Namespace), Name: string(m.Pod.Name)},
	})
}

// Scale sets the replicas of the StatefulSet that takes writes, as `kubectl scale` does, and with 0 waits until its pods are gone.
func (e *Env) Scale(ctx ginkgo.SpecContext, d *topology.Deployment, replicas int) {
	ginkgo.GinkgoHelper()
	sets := e.Cluster.Client.AppsV1().StatefulSets(string(d.Namespace))
	patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas)
	_, err := sets.Patch(ctx, d.Dialect.PrimaryStatefulSet(), types.MergePatchType, patch, metav1.PatchOptions{}, "scale")
	must(err, "scale")
	if replicas == 0 {
		e.gone(ctx, d, "scale to 0")
	}
}

// gone waits until the release has no server pod any more.
func (e *Env) gone(ctx ginkgo.SpecContext, d *topology.Deployment, after string) {
	ginkgo.GinkgoHelper()
	defer e.wait("ready", "pods of "+string(d.Namespace)+" gone")()
	limited, cancel := within(ctx, e.Timeouts.NamespaceGone, "pods gone")
	defer cancel()
	must(e.poll(limited, func() error {
		if members, err := d.Members(limited); err == nil {
			return fmt.Errorf("%d pods are still there", len(members))
		}
		return nil
	}), after)
}
