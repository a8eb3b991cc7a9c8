package cluster

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AwaitReady waits until want nodes are Ready and every pod of DNS and storage is, asking five times a second. kind's
// own wait only warns. The error says what was still missing.
func (c *Cluster) AwaitReady(ctx context.Context, want int) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	var last []string // what was missing when the API server answered for the last time
	for {
		missing, err := c.Missing(ctx, want)
		if err == nil && len(missing) == 0 {
			return nil
		}
		if err == nil {
			last = missing
		}
		select {
		case <-ctx.Done():
			if len(last) == 0 {
				return fmt.Errorf("cluster %s: %w: %w", c.Name, context.Cause(ctx), err)
			}
			return fmt.Errorf("cluster %s: %w: %s", c.Name, context.Cause(ctx), strings.Join(last, ", "))
		case <-tick.C:
		}
	}
}

// awaitUsable waits until the cluster is ready and notes what it is.
func (c *Cluster) awaitUsable(ctx context.Context, want int) error {
	if err := c.AwaitReady(ctx, want); err != nil {
		return err
	}
	nodes, err := c.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	c.Nodes = len(nodes.Items)
	for _, n := range nodes.Items {
		c.Kubernetes = strings.TrimPrefix(n.Status.NodeInfo.KubeletVersion, "v")
	}
	return nil
}

// Missing lists what keeps the cluster from being usable; an empty list means it is. The error is the API server's.
func (c *Cluster) Missing(ctx context.Context, want int) ([]string, error) {
	nodes, err := c.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var missing []string
	if len(nodes.Items) < want {
		missing = append(missing, fmt.Sprintf("%d of %d nodes registered", len(nodes.Items), want))
	}
	for _, n := range nodes.Items {
		if !nodeReady(n) {
			missing = append(missing, "node "+n.Name+" is not Ready")
		}
	}
	if c.Provider != "kind" {
		return missing, nil
	}
	for _, system := range []struct{ namespace, selector, name string }{
		{"kube-system", "k8s-app=kube-dns", "DNS"},
		{"local-path-storage", "app=local-path-provisioner", "storage provisioner"},
	} {
		pods, err := c.Client.CoreV1().Pods(system.namespace).List(ctx, metav1.ListOptions{LabelSelector: system.selector})
		if err != nil {
			return nil, err
		}
		ready := false
		for _, p := range pods.Items {
			ready = ready || PodReady(&p)
		}
		if !ready {
			missing = append(missing, system.name+" has no Ready pod")
		}
	}
	return missing, nil
}

func nodeReady(n corev1.Node) bool {
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// PodReady says whether a pod's Ready condition is true and the pod is not being deleted.
func PodReady(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue && p.DeletionTimestamp == nil
		}
	}
	return false
}
