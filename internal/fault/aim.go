package fault

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/cluster"
)

// Aim looks up which nodes must not be cut off, so that Applies can say so; the error is the API server's.
func Aim(ctx context.Context, t Target) (Target, error) {
	t.Spared = map[cluster.NodeName]string{}
	nodes, err := t.Deployment.Cluster.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: cluster.ControlPlaneLabel})
	if err != nil {
		return t, fmt.Errorf("which nodes must stay: %w", err)
	}
	for _, n := range nodes.Items {
		t.Spared[cluster.NodeName(n.Name)] = "the API server lives there"
	}
	relay, err := t.Deployment.Cluster.RelayNode(ctx, t.Deployment.Namespace)
	if err != nil {
		return t, fmt.Errorf("which nodes must stay: %w", err)
	}
	if relay != "" && t.Spared[relay] == "" {
		t.Spared[relay] = "the road to the release leads over it"
	}
	return t, nil
}
