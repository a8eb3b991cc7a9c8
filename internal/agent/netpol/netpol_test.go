package netpol

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/knftables"
	"sigs.k8s.io/yaml"
)

// town has a server with a named port on this node, a client beside it, a client elsewhere and one in another namespace.
func town(t *testing.T, policies ...string) world {
	t.Helper()
	w := world{node: "here", namespaces: map[string]map[string]string{"app": {"team": "app"}, "other": {"team": "other"}}}
	for _, p := range []struct{ namespace, name, node, ip, role string }{
		{"app", "server", "here", "10.244.1.2", "server"}, {"app", "client", "here", "10.244.1.3", "client"},
		{"app", "far", "there", "10.244.2.2", "client"}, {"other", "client", "there", "10.244.2.3", "client"},
	} {
		w.add(&corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: p.name, Labels: map[string]string{"role": p.role}},
			Spec: corev1.PodSpec{NodeName: p.node, Containers: []corev1.Container{{
				Ports: []corev1.ContainerPort{{Name: "redis", ContainerPort: 6379}, {Name: "syslog", ContainerPort: 514, Protocol: corev1.ProtocolUDP}}}}},
			Status: corev1.PodStatus{Phase: corev1.PodRunning, PodIPs: []corev1.PodIP{{IP: p.ip}}},
		})
	}
	for _, text := range policies {
		p := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "app"}}
		if err := yaml.UnmarshalStrict([]byte(text), &p.Spec); err != nil {
			t.Fatal(err)
		}
		w.policies = append(w.policies, p)
	}
	return w
}

// rules are those of the server's guards, by direction, without the first, which lets it reach itself, and the last, which drops.
func rules(t *testing.T, w world) map[Direction][]string {
	t.Helper()
	out := map[Direction][]string{}
	for _, g := range w.plan() {
		if g.Pod.String() != "10.244.1.2" {
			continue
		}
		all := g.rules()
		if last := all[len(all)-1]; last != "drop" {
			t.Errorf("%s ends with %q: it lets everything pass", g.Direction, last)
		}
		out[g.Direction] = all[1 : len(all)-1]
	}
	return out
}

func TestWhatAPolicyAllowsIsWhatPasses(t *testing.T) {
	const server = "podSelector: {matchLabels: {role: server}}\n"
	for name, c := range map[string]struct {
		policies []string
		ingress  []string // nil: not isolated
		egress   []string
	}{
		"none isolates nobody":                {nil, nil, nil},
		"another pod's":                       {[]string{"podSelector: {matchLabels: {role: nobody}}"}, nil, nil},
		"one without rules denies ingress":    {[]string{server}, []string{}, nil},
		"an empty rule allows all":            {[]string{server + "ingress: [{}]"}, []string{"return"}, nil},
		"types may be egress alone":           {[]string{server + "policyTypes: [Egress]"}, nil, []string{}},
		"egress rules imply the type":         {[]string{server + "egress: [{}]"}, []string{}, []string{"return"}},
		"pods of the same namespace":          {[]string{server + "ingress: [{from: [{podSelector: {matchLabels: {role: client}}}]}]"}, []string{"ip saddr { 10.244.1.3, 10.244.2.2 } return"}, nil},
		"all pods of other namespaces":        {[]string{server + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: other}}}]}]"}, []string{"ip saddr { 10.244.2.3 } return"}, nil},
		"both selectors must match":           {[]string{server + "ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {role: server}}}]}]"}, []string{"ip saddr { 10.244.1.2 } return"}, nil},
		"peers that match nobody":             {[]string{server + "ingress: [{from: [{podSelector: {matchLabels: {role: nobody}}}]}]"}, []string{}, nil},
		"an ipBlock with what it excepts":     {[]string{server + "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.1.2.0/24]}}]}]"}, []string{"ip saddr { 10.0.0.0/8 } ip saddr != 10.1.0.0/16 ip saddr != 10.1.2.0/24 return"}, nil},
		"an ipBlock of IPv6 allows nothing":   {[]string{server + "ingress: [{from: [{ipBlock: {cidr: 'fd00::/8'}}]}]"}, []string{}, nil},
		"a port, a range and a protocol":      {[]string{server + "ingress: [{ports: [{port: 80}, {port: 90, endPort: 95}, {protocol: UDP, port: 53}, {protocol: SCTP}]}]"}, []string{"tcp dport 80 return", "tcp dport 90-95 return", "udp dport 53 return", "meta l4proto sctp return"}, nil},
		"a named port of the pod itself":      {[]string{server + "ingress: [{ports: [{port: redis}]}]"}, []string{"tcp dport 6379 return"}, nil},
		"a name of another protocol":          {[]string{server + "ingress: [{ports: [{port: syslog}]}]"}, []string{}, nil},
		"a named port of each pod beyond":     {[]string{server + "policyTypes: [Egress]\negress: [{to: [{podSelector: {matchLabels: {role: client}}}], ports: [{port: redis}, {port: 53, protocol: UDP}]}]"}, nil, []string{"ip daddr { 10.244.1.3 } tcp dport 6379 return", "ip daddr { 10.244.2.2 } tcp dport 6379 return", "ip daddr { 10.244.1.3, 10.244.2.2 } udp dport 53 return"}},
		"policies add up":                     {[]string{server + "ingress: [{ports: [{port: 1}]}]", server + "ingress: [{ports: [{port: 2}]}]"}, []string{"tcp dport 1 return", "tcp dport 2 return"}, nil},
		"a port is only for the peers beside": {[]string{server + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: other}}}], ports: [{port: 1}]}]"}, []string{"ip saddr { 10.244.2.3 } tcp dport 1 return"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := rules(t, town(t, c.policies...))
			for d, want := range map[Direction][]string{Ingress: c.ingress, Egress: c.egress} {
				have, isolated := got[d]
				if isolated != (want != nil) || strings.Join(have, "\n") != strings.Join(want, "\n") {
					t.Errorf("%s: isolated %v, passes %q; want %v, %q", d, isolated, have, want != nil, want)
				}
			}
		})
	}
}

func TestPodsWithoutAnAddressOfTheirOwnAreNoPeers(t *testing.T) {
	w := world{}
	for _, p := range []corev1.Pod{
		{Spec: corev1.PodSpec{HostNetwork: true}, Status: corev1.PodStatus{PodIPs: []corev1.PodIP{{IP: "10.0.0.1"}}}},
		{Status: corev1.PodStatus{Phase: corev1.PodSucceeded, PodIPs: []corev1.PodIP{{IP: "10.0.0.2"}}}},
		{Status: corev1.PodStatus{Phase: corev1.PodPending}},
		{Status: corev1.PodStatus{PodIPs: []corev1.PodIP{{IP: "fd00::1"}}}},
	} {
		w.add(&p)
	}
	if len(w.pods) != 0 {
		t.Errorf("%d of them count", len(w.pods))
	}
}

// The fake checks names, references and the order of what is added, as nft would.
func TestTheTableIsWholeAndGoesWithTheLastPolicy(t *testing.T) {
	fake := knftables.NewFake(knftables.IPv4Family, "netpol")
	guards := town(t, "podSelector: {}\npolicyTypes: [Ingress, Egress]").plan()
	if len(guards) != 4 { // two pods on this node, two directions each
		t.Fatalf("%d guards: %v", len(guards), guards)
	}
	for range 2 {
		if err := (Nftables{fake}).Apply(t.Context(), guards); err != nil {
			t.Fatal(err)
		}
	}
	dump := fake.Dump()
	for _, want := range []string{
		"add rule ip netpol ingress-10-244-1-2 drop", "add element ip netpol egress { 10.244.1.3 : jump egress-10-244-1-3 }",
		"add rule ip netpol forward ip daddr vmap @ingress",
	} {
		if !strings.Contains(dump, want) {
			t.Errorf("there is no %q in\n%s", want, dump)
		}
	}
	if err := (Nftables{fake}).Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if left := strings.TrimSpace(fake.Dump()); left != "" {
		t.Errorf("without a policy there is still\n%s", left)
	}
}
