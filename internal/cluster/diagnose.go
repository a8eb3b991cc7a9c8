package cluster

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Diagnose says in one line why a pod is not Ready: its phase, and each container that waits, ended or fails a probe.
func Diagnose(p *corev1.Pod) string {
	var parts []string
	if p.DeletionTimestamp != nil {
		parts = append(parts, "it is being deleted")
	}
	for _, c := range p.Status.Conditions {
		if c.Status == corev1.ConditionFalse && c.Type == corev1.PodScheduled {
			parts = append(parts, fmt.Sprintf("not scheduled: %s", c.Message))
		}
	}
	for _, s := range append(append([]corev1.ContainerStatus{}, p.Status.InitContainerStatuses...), p.Status.ContainerStatuses...) {
		switch {
		case s.State.Waiting != nil:
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("container %s waits: %s %s", s.Name, s.State.Waiting.Reason, s.State.Waiting.Message)))
		case s.State.Terminated != nil && s.State.Terminated.ExitCode != 0:
			parts = append(parts, fmt.Sprintf("container %s ended with exit code %d %s", s.Name, s.State.Terminated.ExitCode, s.State.Terminated.Reason))
		case s.State.Running != nil && !s.Ready:
			parts = append(parts, fmt.Sprintf("container %s runs but is not Ready (%d restarts)", s.Name, s.RestartCount))
		}
		if t := s.LastTerminationState.Terminated; t != nil {
			parts = append(parts, fmt.Sprintf("container %s ended before with exit code %d %s", s.Name, t.ExitCode, t.Reason))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "phase "+string(p.Status.Phase))
	}
	return fmt.Sprintf("pod %s: %s", p.Name, strings.Join(parts, "; "))
}

// Warnings gives a pod's latest warning events, newest last, at most five.
func (c *Cluster) Warnings(ctx context.Context, pod Pod) ([]string, error) {
	events, err := c.Client.CoreV1().Events(string(pod.Namespace)).List(ctx, metav1.ListOptions{
		FieldSelector: "type=Warning,involvedObject.name=" + string(pod.Name)})
	if err != nil {
		return nil, err
	}
	sort.Slice(events.Items, func(i, j int) bool {
		return EventTime(&events.Items[i]).Before(EventTime(&events.Items[j]))
	})
	var out []string
	for _, e := range events.Items {
		out = append(out, fmt.Sprintf("event %s (%d times): %s", e.Reason, max(1, e.Count), e.Message))
	}
	return out[max(0, len(out)-5):], nil
}

// EventTime is when an event was last seen: the scheduler and others that use the newer API leave LastTimestamp empty.
func EventTime(e *corev1.Event) time.Time {
	switch {
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp.Time
	case e.Series != nil && !e.Series.LastObservedTime.IsZero():
		return e.Series.LastObservedTime.Time
	case !e.EventTime.IsZero():
		return e.EventTime.Time
	}
	return e.CreationTimestamp.Time
}

// LastLog gives the last ten log lines of a container, of the instance before it when there was one.
func (c *Cluster) LastLog(ctx context.Context, pod Pod, container ContainerName) []string {
	for _, previous := range []bool{true, false} {
		text, err := c.Client.CoreV1().Pods(string(pod.Namespace)).GetLogs(string(pod.Name), &corev1.PodLogOptions{
			Container: string(container), Previous: previous, TailLines: new(int64(10)),
		}).DoRaw(ctx)
		if err != nil || len(text) == 0 {
			continue // there is no instance before, or it said nothing
		}
		var lines []string
		for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			lines = append(lines, "log: "+l)
		}
		return lines
	}
	return nil
}
