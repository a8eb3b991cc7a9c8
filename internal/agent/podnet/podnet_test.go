package podnet

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/knftables"
)

func node(name, cidr, ip string) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.NodeSpec{PodCIDR: cidr}}
	if ip != "" {
		n.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeHostName, Address: name}, {Type: corev1.NodeInternalIP, Address: ip}}
	}
	return n
}

type recorded struct{ routes []Route }

func (r *recorded) Apply(routes []Route) error { r.routes = routes; return nil }

func TestSyncRoutesEveryOtherNodeAndWritesTheOwnRange(t *testing.T) {
	dir, routes := t.TempDir(), &recorded{}
	fake := knftables.NewFake(knftables.IPv4Family, "podnet")
	a := Agent{Node: "a", PodSubnet: "10.244.0.0/16", CNIDir: dir, Routes: routes, Firewall: Masquerade(fake)}
	nodes := []*corev1.Node{
		node("a", "10.244.0.0/24", "172.18.0.2"), node("b", "10.244.1.0/24", "172.18.0.3"),
		node("no-range-yet", "", "172.18.0.4"), node("no-address-yet", "10.244.3.0/24", ""),
	}
	for range 2 { // a second look changes nothing
		if err := a.sync(t.Context(), nodes); err != nil {
			t.Fatal(err)
		}
	}
	if len(routes.routes) != 1 || routes.routes[0].To.String() != "10.244.1.0/24" || routes.routes[0].Via.String() != "172.18.0.3" {
		t.Errorf("routes %v, want one to 10.244.1.0/24 via 172.18.0.3", routes.routes)
	}
	text, err := os.ReadFile(filepath.Join(dir, conflistName))
	if err != nil || !json.Valid(text) || !strings.Contains(string(text), `"10.244.0.0/24"`) {
		t.Errorf("conflist %s, %v: want valid JSON with the node's own range", text, err)
	}
	if dump := fake.Dump(); strings.Count(dump, "masquerade") != 1 {
		t.Errorf("want exactly one masquerade rule after two looks:\n%s", dump)
	}
}

func TestNoRangeYetMeansNotReadyYet(t *testing.T) {
	dir := t.TempDir()
	a := Agent{Node: "a", PodSubnet: "10.244.0.0/16", CNIDir: dir, Routes: &recorded{},
		Firewall: func(context.Context, string) error { return nil }}
	if err := a.sync(t.Context(), []*corev1.Node{node("a", "", "172.18.0.2")}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, conflistName)); err == nil {
		t.Error("a CNI configuration was written for a node without a pod range")
	}
}
