package cluster

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ControlPlaneLabel is on every node that runs an API server.
const ControlPlaneLabel = "node-role.kubernetes.io/control-plane"

// RelayPod names the relay of a namespace, whether it runs or not.
func RelayPod(ns Namespace) Pod { return Pod{Namespace: ns, Name: relayName} }

// RelayNode gives the node that the relay of a namespace runs on; empty when there is no relay.
func (c *Cluster) RelayNode(ctx context.Context, ns Namespace) (NodeName, error) {
	pod, err := c.Client.CoreV1().Pods(string(ns)).Get(ctx, relayName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return NodeName(pod.Spec.NodeName), nil
}

// PodUID gives the uid that a pod of this name has now; empty when there is none.
func (c *Cluster) PodUID(ctx context.Context, pod Pod) (string, error) {
	p, err := c.Client.CoreV1().Pods(string(pod.Namespace)).Get(ctx, string(pod.Name), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return string(p.UID), nil
}
