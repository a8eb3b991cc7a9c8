package topology

import (
	"context"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/cluster"
)

// silence of the API server that is taken for its death.
const silence = 30 * time.Second

// AwaitReady waits until every server pod that the release's StatefulSets want is Ready, in the revision they want. It gives up at once on what cannot
// heal by itself: a crash loop or an image that cannot be had. The error names pod, container, events and the last log lines.
func (d *Deployment) AwaitReady(ctx context.Context) error {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	answered := time.Now()
	var last []trouble // as of the last answer: the question that the limit cuts short has none
	for {
		missing, stuck, err := d.unready(ctx)
		if err == nil && len(missing) == 0 {
			return nil
		}
		if err == nil {
			answered, last = time.Now(), missing
		} else if time.Since(answered) > silence {
			return fmt.Errorf("release %s: the API server has not answered for %s: %w", d.Release, silence, err)
		}
		if len(stuck) > 0 {
			return fmt.Errorf("release %s will not become Ready: %s", d.Release, d.explain(ctx, stuck))
		}
		select {
		case <-ctx.Done():
			if last == nil {
				return fmt.Errorf("release %s: %w: %w", d.Release, context.Cause(ctx), err)
			}
			return fmt.Errorf("release %s is not Ready, %w: %s", d.Release, context.Cause(ctx), d.explain(context.WithoutCancel(ctx), last))
		case <-tick.C:
		}
	}
}

type trouble struct {
	pod  cluster.PodName // empty when there is no pod
	text string
}

func (d *Deployment) unready(ctx context.Context) (missing, stuck []trouble, err error) {
	sets, err := d.Cluster.Client.AppsV1().StatefulSets(string(d.Namespace)).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, nil, err
	}
	pods, err := d.Cluster.Client.CoreV1().Pods(string(d.Namespace)).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, nil, err
	}
	if len(sets.Items) == 0 {
		return []trouble{{text: "the release has no StatefulSet"}}, nil, nil
	}
	for _, set := range sets.Items {
		ready := int32(0)
		for i := range pods.Items {
			p := &pods.Items[i]
			if !metav1.IsControlledBy(p, &set) {
				continue
			}
			if old := p.Labels[appsv1.ControllerRevisionHashLabelKey]; set.Status.ObservedGeneration < set.Generation || old != set.Status.UpdateRevision {
				missing = append(missing, trouble{text: fmt.Sprintf("%s is still of an older revision of StatefulSet %s", p.Name, set.Name)})
				continue
			}
			if cluster.PodReady(p) {
				ready++
				continue
			}
			t := trouble{cluster.PodName(p.Name), cluster.Diagnose(p)}
			missing = append(missing, t)
			if hopeless(p) {
				stuck = append(stuck, t)
			}
		}
		if want := *set.Spec.Replicas; ready < want && len(missing) == 0 {
			missing = append(missing, trouble{text: fmt.Sprintf("StatefulSet %s has %d of %d pods", set.Name, ready, want)})
		}
	}
	return missing, stuck, nil
}

func hopeless(p *corev1.Pod) bool {
	for _, s := range append(append([]corev1.ContainerStatus{}, p.Status.InitContainerStatuses...), p.Status.ContainerStatuses...) {
		if s.State.Waiting == nil {
			continue
		}
		switch s.State.Waiting.Reason {
		case "CrashLoopBackOff", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError":
			return true
		}
	}
	return false
}

// explain adds events and the last log lines of each pod in trouble.
func (d *Deployment) explain(ctx context.Context, all []trouble) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var lines []string
	for _, t := range all {
		lines = append(lines, t.text)
		if t.pod == "" {
			continue
		}
		pod := cluster.Pod{Namespace: d.Namespace, Name: t.pod}
		if events, err := d.Cluster.Warnings(ctx, pod); err == nil {
			lines = append(lines, events...)
		}
		lines = append(lines, d.Cluster.LastLog(ctx, pod, d.Dialect.RedisContainer())...)
	}
	return strings.Join(lines, "\n  ")
}
