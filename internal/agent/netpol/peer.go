package netpol

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func single(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// block reads an ipBlock; one of IPv6 says nothing about this cluster's packets.
func block(b networkingv1.IPBlock) (Pass, bool) {
	cidr, err := netip.ParsePrefix(b.CIDR)
	if err != nil || !cidr.Addr().Is4() {
		return Pass{}, false
	}
	pass := Pass{Others: []netip.Prefix{cidr.Masked()}}
	for _, text := range b.Except {
		if except, err := netip.ParsePrefix(text); err == nil && except.Addr().Is4() {
			pass.Except = append(pass.Except, except.Masked())
		}
	}
	return pass, true
}

// resolve gives the numbers that a policy's port means for this pod; false if the pod has no port of that name.
func (p pod) resolve(port networkingv1.NetworkPolicyPort) (Ports, bool) {
	r := Ports{Protocol: corev1.ProtocolTCP}
	if port.Protocol != nil {
		r.Protocol = *port.Protocol
	}
	switch {
	case port.Port == nil:
	case port.Port.Type == intstr.String:
		r.From = p.port(port.Port.StrVal, r.Protocol)
		r.To = r.From
		return r, r.From != 0
	default:
		r.From, r.To = port.Port.IntVal, port.Port.IntVal
		if port.EndPort != nil {
			r.To = *port.EndPort
		}
	}
	return r, true
}
