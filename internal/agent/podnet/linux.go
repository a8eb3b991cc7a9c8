package podnet

import (
	"context"
	"fmt"

	"github.com/vishvananda/netlink"
	"sigs.k8s.io/knftables"
)

// routeProtocol marks this agent's routes among the node's (rtnetlink values above 4 are free for daemons).
const routeProtocol = 86

// Netlink programs routes of the node's main table.
type Netlink struct{}

// Apply replaces this agent's routes with the given ones.
func (Netlink) Apply(want []Route) error {
	keep := map[string]bool{}
	for _, r := range want {
		keep[r.To.String()] = true
		err := netlink.RouteReplace(&netlink.Route{Dst: &r.To, Gw: r.Via, Protocol: routeProtocol})
		if err != nil {
			return fmt.Errorf("%s via %s: %w", r.To.String(), r.Via, err)
		}
	}
	have, err := netlink.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Protocol: routeProtocol}, netlink.RT_FILTER_PROTOCOL)
	if err != nil {
		return err
	}
	for _, r := range have {
		if r.Dst != nil && !keep[r.Dst.String()] {
			if err := netlink.RouteDel(&r); err != nil {
				return fmt.Errorf("remove %s: %w", r.Dst, err)
			}
		}
	}
	return nil
}

// Masquerade gives traffic from pods to anything outside podSubnet the node's own address. It rebuilds its table in
// one transaction, so there is no moment without it.
func Masquerade(nft knftables.Interface) func(context.Context, string) error {
	return func(ctx context.Context, podSubnet string) error {
		tx := nft.NewTransaction()
		tx.Add(&knftables.Table{})
		tx.Add(&knftables.Chain{
			Name:     "postrouting",
			Type:     knftables.PtrTo(knftables.NATType),
			Hook:     knftables.PtrTo(knftables.PostroutingHook),
			Priority: knftables.PtrTo(knftables.SNATPriority),
		})
		tx.Flush(&knftables.Chain{Name: "postrouting"})
		tx.Add(&knftables.Rule{
			Chain: "postrouting",
			Rule:  knftables.Concat("ip saddr", podSubnet, "ip daddr !=", podSubnet, "masquerade"),
		})
		return nft.Run(ctx, tx)
	}
}
