package cluster

import "fmt"

// Namespace names a Kubernetes namespace; a type of its own so that it cannot be swapped with another name.
type Namespace string

// PodName names a pod within a namespace.
type PodName string

// NodeName names a Kubernetes node.
type NodeName string

// ContainerName names a container within a pod.
type ContainerName string

// Pod addresses one pod of the cluster.
type Pod struct {
	Namespace Namespace
	Name      PodName
}

// String gives namespace/name, as kubectl prints it.
func (p Pod) String() string { return fmt.Sprintf("%s/%s", p.Namespace, p.Name) }
