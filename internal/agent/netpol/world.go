package netpol

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// world is what policies are about.
type world struct {
	node       string
	policies   []*networkingv1.NetworkPolicy
	pods       []pod
	namespaces map[string]map[string]string // their labels
}

// pod is one with an address of its own.
type pod struct {
	*corev1.Pod
	address netip.Addr
}

// add leaves out pods of the host network, of which the API says nothing, those without an IPv4 address, and those that have
// ended, as another may have their address by now.
func (w *world) add(p *corev1.Pod) {
	if p.Spec.HostNetwork || p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
		return
	}
	for _, ip := range p.Status.PodIPs {
		if address, err := netip.ParseAddr(ip.IP); err == nil && address.Is4() {
			w.pods = append(w.pods, pod{p, address})
			return
		}
	}
}

// selected are the pods that a peer of a policy in this namespace means; an ipBlock means none.
func (w world) selected(namespace string, peer networkingv1.NetworkPolicyPeer) []pod {
	if peer.IPBlock != nil {
		return nil
	}
	var out []pod
	for _, p := range w.pods {
		here := p.Namespace == namespace
		if peer.NamespaceSelector != nil {
			here = matches(peer.NamespaceSelector, w.namespaces[p.Namespace])
		}
		if here && (peer.PodSelector == nil || matches(peer.PodSelector, p.Labels)) {
			out = append(out, p)
		}
	}
	return out
}

// matches says no for a selector that cannot be read, which the API server does not let in.
func matches(s *metav1.LabelSelector, of map[string]string) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(of))
}

// port finds the number of a named port; 0 if the pod has none of this name and protocol.
func (p pod) port(name string, protocol corev1.Protocol) int32 {
	for _, containers := range [][]corev1.Container{p.Spec.Containers, p.Spec.InitContainers} { // sidecars are among the latter
		for _, c := range containers {
			for _, port := range c.Ports {
				if port.Name == name && (port.Protocol == protocol || port.Protocol == "" && protocol == corev1.ProtocolTCP) {
					return port.ContainerPort
				}
			}
		}
	}
	return 0
}
