package netpol

import (
	"cmp"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Direction is the way of a connection, seen from the guarded pod.
type Direction string

// The directions of a policy.
const (
	Ingress Direction = "ingress"
	Egress  Direction = "egress"
)

// Guard lets nothing to or from one pod but what a pass allows.
type Guard struct {
	Pod       netip.Addr
	Direction Direction
	Passes    []Pass
}

// Pass allows connections with any of the others on any of the ports; what is empty does not restrict.
type Pass struct {
	Others []netip.Prefix // the addresses at the other end
	Except []netip.Prefix // but not these
	Ports  []Ports
}

// Ports is a range of ports of one protocol; with To = 0 all of them.
type Ports struct {
	Protocol corev1.Protocol
	From, To int32
}

func (g Guard) equal(o Guard) bool {
	return g.Pod == o.Pod && g.Direction == o.Direction && slices.EqualFunc(g.Passes, o.Passes, func(a, b Pass) bool {
		return slices.Equal(a.Others, b.Others) && slices.Equal(a.Except, b.Except) && slices.Equal(a.Ports, b.Ports)
	})
}

// plan gives the guards of this node's pods, in the same order for the same world.
func (w world) plan() []Guard {
	slices.SortFunc(w.policies, func(a, b *networkingv1.NetworkPolicy) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(w.pods, func(a, b pod) int { return a.address.Compare(b.address) })
	var guards []Guard
	for _, p := range w.pods {
		if p.Spec.NodeName != w.node {
			continue
		}
		for _, d := range []Direction{Ingress, Egress} {
			if g, isolated := w.guard(p, d); isolated {
				guards = append(guards, g)
			}
		}
	}
	return guards
}

// guard adds up what all policies allow that select the pod in this direction; none selecting it means no guard.
func (w world) guard(p pod, d Direction) (Guard, bool) {
	g, isolated := Guard{Pod: p.address, Direction: d}, false
	for _, policy := range w.policies {
		if policy.Namespace != p.Namespace || !concerns(policy, d) || !matches(&policy.Spec.PodSelector, p.Labels) {
			continue
		}
		isolated = true
		if d == Ingress {
			for _, rule := range policy.Spec.Ingress {
				g.Passes = append(g.Passes, w.ingress(p, policy.Namespace, rule)...)
			}
			continue
		}
		for _, rule := range policy.Spec.Egress {
			g.Passes = append(g.Passes, w.egress(policy.Namespace, rule)...)
		}
	}
	return g, isolated
}

// concerns fills in what a policy without types means: ingress always, egress if it has a rule of it.
func concerns(p *networkingv1.NetworkPolicy, d Direction) bool {
	if len(p.Spec.PolicyTypes) == 0 {
		return d == Ingress || len(p.Spec.Egress) > 0
	}
	want := networkingv1.PolicyTypeIngress
	if d == Egress {
		want = networkingv1.PolicyTypeEgress
	}
	return slices.Contains(p.Spec.PolicyTypes, want)
}

// ingress resolves named ports in the guarded pod.
func (w world) ingress(p pod, namespace string, rule networkingv1.NetworkPolicyIngressRule) []Pass {
	var ports []Ports
	for _, port := range rule.Ports {
		if r, ok := p.resolve(port); ok {
			ports = append(ports, r)
		}
	}
	if len(rule.Ports) > 0 && len(ports) == 0 {
		return nil // it has none of the ports that the rule names
	}
	return w.passes(namespace, rule.From, ports)
}

// egress resolves named ports in each pod at the other end, so these have a pass each.
func (w world) egress(namespace string, rule networkingv1.NetworkPolicyEgressRule) []Pass {
	var ports []Ports
	var out []Pass
	for _, port := range rule.Ports {
		if port.Port == nil || port.Port.Type == intstr.Int {
			r, _ := pod{}.resolve(port)
			ports = append(ports, r)
			continue
		}
		peers := rule.To
		if len(peers) == 0 {
			peers = []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{}}}
		}
		for _, peer := range peers {
			for _, other := range w.selected(namespace, peer) {
				if r, ok := other.resolve(port); ok {
					out = append(out, Pass{Others: []netip.Prefix{single(other.address)}, Ports: []Ports{r}})
				}
			}
		}
	}
	if len(rule.Ports) > 0 && len(ports) == 0 {
		return out
	}
	return append(out, w.passes(namespace, rule.To, ports)...)
}

// passes is one for all pods that the peers select, and one for each ipBlock.
func (w world) passes(namespace string, peers []networkingv1.NetworkPolicyPeer, ports []Ports) []Pass {
	if len(peers) == 0 {
		return []Pass{{Ports: ports}}
	}
	var out []Pass
	var others []netip.Prefix
	for _, peer := range peers {
		if peer.IPBlock != nil {
			if pass, ok := block(*peer.IPBlock); ok {
				pass.Ports = ports
				out = append(out, pass)
			}
			continue
		}
		for _, p := range w.selected(namespace, peer) {
			others = append(others, single(p.address))
		}
	}
	if len(others) > 0 {
		slices.SortFunc(others, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
		out = append(out, Pass{Others: slices.Compact(others), Ports: ports})
	}
	return out
}
