package topology

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/cluster"
)

// Outdated names the pods that are not Ready and not of the revision that their StatefulSet wants now.
func (d *Deployment) Outdated(ctx context.Context) ([]string, error) {
	sets, err := d.Cluster.Client.AppsV1().StatefulSets(string(d.Namespace)).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	pods, err := d.Cluster.Client.CoreV1().Pods(string(d.Namespace)).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, set := range sets.Items {
		for i := range pods.Items {
			p := &pods.Items[i]
			if metav1.IsControlledBy(p, &set) && !cluster.PodReady(p) && p.Labels[appsv1.ControllerRevisionHashLabelKey] != set.Status.UpdateRevision {
				names = append(names, p.Name)
			}
		}
	}
	return names, nil
}
