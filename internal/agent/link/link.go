// Package link answers: how is what two pods send each other stopped, without touching what they send anybody else?
//
// A pod gets a route that swallows every packet to the other one. It runs inside the cluster, on the node of the pod, and
// must not import any other package of this project.
package link

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// routeProtocol marks this package's routes (rtnetlink values above 4 are free for daemons; podnet has 86).
const routeProtocol = 87

// Held is the evidence that a link is frozen, or no longer is.
type Held struct {
	Routes []string `json:"routes"` // of this package, in the pod's network namespace, as the kernel shows them
}

// Pod is the network namespace of a pod.
type Pod struct{ handle *netlink.Handle }

// Open enters by /proc/PID/ns/net of any of the pod's processes. A pod that uses the node's own network is refused: the
// whole node would be struck.
func Open(path string) (*Pod, error) {
	own, err := os.Stat("/proc/1/ns/net")
	if err != nil {
		return nil, err
	}
	of, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if os.SameFile(own, of) {
		return nil, errors.New("the pod uses the node's network")
	}
	ns, err := netns.GetFromPath(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer ns.Close()
	handle, err := netlink.NewHandleAt(ns)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Pod{handle}, nil
}

// Close lets go of the namespace; its routes stay.
func (p *Pod) Close() { p.handle.Close() }

// Freeze swallows what the pod sends to the addresses. The route leads into loopback, where the kernel drops it without a
// word: a blackhole route would fail a new connection at once, and a frozen link does not say so.
func (p *Pod) Freeze(peers []net.IP) (Held, error) {
	lo, err := p.handle.LinkByName("lo")
	if err != nil {
		return Held{}, err
	}
	for _, ip := range peers {
		r := netlink.Route{Dst: host(ip), LinkIndex: lo.Attrs().Index, Scope: netlink.SCOPE_LINK, Protocol: routeProtocol}
		if now, err := p.handle.RouteGet(ip); err == nil && len(now) > 0 {
			r.Src = now[0].Src // else a new connection would come from 127.0.0.1
		}
		if err := p.handle.RouteReplace(&r); err != nil {
			return Held{}, fmt.Errorf("route to %s: %w", ip, err)
		}
		now, err := p.handle.RouteGet(ip)
		if err != nil || len(now) != 1 || now[0].LinkIndex != lo.Attrs().Index {
			return Held{}, fmt.Errorf("the way to %s does not lead into loopback: %v, %w", ip, now, err)
		}
	}
	return p.held(peers)
}

// Thaw removes what Freeze did for these addresses; what is left then is an error. It may be called when there is nothing.
func (p *Pod) Thaw(peers []net.IP) (Held, error) {
	routes, err := p.routes(peers)
	if err != nil {
		return Held{}, err
	}
	for _, r := range routes {
		if err := p.handle.RouteDel(&r); err != nil {
			return Held{}, fmt.Errorf("remove %s: %w", r, err)
		}
	}
	left, err := p.held(peers)
	if err == nil && len(left.Routes) > 0 {
		err = fmt.Errorf("still there: %v", left.Routes)
	}
	return left, err
}

func (p *Pod) held(peers []net.IP) (Held, error) {
	routes, err := p.routes(peers)
	h := Held{Routes: []string{}}
	for _, r := range routes {
		h.Routes = append(h.Routes, fmt.Sprintf("%s into loopback", r.Dst))
	}
	return h, err
}

// routes of this package to these addresses: another link of the pod may be frozen too.
func (p *Pod) routes(peers []net.IP) ([]netlink.Route, error) {
	all, err := p.handle.RouteListFiltered(netlink.FAMILY_ALL, &netlink.Route{Protocol: routeProtocol}, netlink.RT_FILTER_PROTOCOL)
	if err != nil {
		return nil, err
	}
	var found []netlink.Route
	for _, r := range all {
		if r.Dst != nil && slices.ContainsFunc(peers, r.Dst.IP.Equal) {
			found = append(found, r)
		}
	}
	return found, nil
}

func host(ip net.IP) *net.IPNet {
	if v4 := ip.To4(); v4 != nil {
		return &net.IPNet{IP: v4, Mask: net.CIDRMask(32, 32)}
	}
	return &net.IPNet{IP: ip, Mask: net.CIDRMask(128, 128)}
}
