package link

import (
	"net"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// empty is a pod whose network namespace holds nothing but loopback.
func empty(t *testing.T) *Pod {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("making a network namespace takes root")
	}
	runtime.LockOSThread() // never unlocked: the thread goes with the test
	ns, err := netns.New()
	if err != nil {
		t.Skipf("this machine makes no network namespace: %v", err)
	}
	handle, err := netlink.NewHandleAt(ns)
	if err != nil {
		t.Fatal(err)
	}
	p := &Pod{handle}
	t.Cleanup(p.Close)
	lo, err := handle.LinkByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	if err := handle.LinkSetUp(lo); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAFrozenLinkLeadsIntoLoopbackUntilThawed(t *testing.T) {
	p := empty(t)
	peers := []net.IP{net.ParseIP("10.244.1.3")}
	other := []net.IP{net.ParseIP("10.244.1.4")}
	for range 2 { // the second time changes nothing
		held, err := p.Freeze(peers)
		if err != nil || len(held.Routes) != 1 || held.Routes[0] != "10.244.1.3/32 into loopback" {
			t.Fatalf("held %+v, %v", held, err)
		}
	}
	if _, err := p.Freeze(other); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if left, err := p.Thaw(peers); err != nil || len(left.Routes) != 0 {
			t.Errorf("left %+v, %v", left, err)
		}
	}
	if held, err := p.held(other); err != nil || len(held.Routes) != 1 {
		t.Errorf("thawing one link left %+v, %v of the other, want it frozen", held, err)
	}
}

func TestALinkThatCannotBeFrozenIsReported(t *testing.T) {
	p := empty(t)
	lo, err := p.handle.LinkByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.handle.LinkSetDown(lo); err != nil {
		t.Fatal(err)
	}
	if held, err := p.Freeze([]net.IP{net.ParseIP("10.244.1.3")}); err == nil {
		t.Errorf("held %+v on a loopback that is down", held)
	}
}

func TestThePodOfTheNodesOwnNetworkIsRefused(t *testing.T) {
	if _, err := os.Stat("/proc/1/ns/net"); err != nil {
		t.Skipf("this machine hides its first process: %v", err)
	}
	if _, err := Open("/proc/1/ns/net"); err == nil || !strings.Contains(err.Error(), "the node's network") {
		t.Errorf("got %v", err)
	}
}
