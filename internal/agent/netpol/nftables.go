package netpol

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"sigs.k8s.io/knftables"
)

// Nftables enforces guards in a table of its own.
type Nftables struct{ knftables.Interface }

// Apply replaces the table in one transaction, so there is no moment without it. Without guards there is no table.
func (n Nftables) Apply(ctx context.Context, guards []Guard) error {
	tx := n.NewTransaction()
	tx.Add(&knftables.Table{})
	tx.Delete(&knftables.Table{})
	if len(guards) > 0 {
		table(tx, guards)
	}
	return n.Run(ctx, tx)
}

func table(tx *knftables.Transaction, guards []Guard) {
	tx.Add(&knftables.Table{})
	for _, g := range guards {
		tx.Add(&knftables.Chain{Name: g.chain()})
		for _, rule := range g.rules() {
			tx.Add(&knftables.Rule{Chain: g.chain(), Rule: rule})
		}
	}
	for _, d := range []Direction{Egress, Ingress} {
		tx.Add(&knftables.Map{Name: string(d), Type: "ipv4_addr : verdict"})
		for _, g := range guards {
			if g.Direction == d {
				tx.Add(&knftables.Element{Map: string(d), Key: []string{g.Pod.String()}, Value: []string{"jump " + g.chain()}})
			}
		}
	}
	tx.Add(&knftables.Chain{
		Name:     "forward",
		Type:     knftables.PtrTo(knftables.FilterType),
		Hook:     knftables.PtrTo(knftables.ForwardHook),
		Priority: knftables.PtrTo(knftables.FilterPriority),
	})
	for _, rule := range []string{
		"ct state established,related accept", // an allowed connection stays, and so do its answers
		"ip saddr vmap @" + string(Egress),
		"ip daddr vmap @" + string(Ingress),
	} {
		tx.Add(&knftables.Rule{Chain: "forward", Rule: rule})
	}
}

func (g Guard) chain() string {
	return string(g.Direction) + "-" + strings.ReplaceAll(g.Pod.String(), ".", "-")
}

// rules return to the forward chain what may pass, for the pod at the other end may have a guard too, and drop the rest.
func (g Guard) rules() []string {
	other := "ip saddr"
	if g.Direction == Egress {
		other = "ip daddr"
	}
	rules := []string{fmt.Sprintf("%s %s return", other, g.Pod)} // nobody can shut a pod off from itself
	for _, pass := range g.Passes {
		where := ""
		if len(pass.Others) > 0 {
			where = other + " " + set(pass.Others) + " "
		}
		for _, except := range pass.Except { // one by one, because they may overlap
			where += fmt.Sprintf("%s != %s ", other, except)
		}
		if len(pass.Ports) == 0 {
			rules = append(rules, where+"return")
		}
		for _, p := range pass.Ports {
			rules = append(rules, where+p.match()+" return")
		}
	}
	return append(rules, "drop")
}

func (p Ports) match() string {
	protocol := strings.ToLower(string(p.Protocol))
	switch p.To {
	case 0:
		return "meta l4proto " + protocol
	case p.From:
		return fmt.Sprintf("%s dport %d", protocol, p.From)
	}
	return fmt.Sprintf("%s dport %d-%d", protocol, p.From, p.To)
}

func set(all []netip.Prefix) string {
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = p.String()
		if p.IsSingleIP() {
			texts[i] = p.Addr().String()
		}
	}
	return "{ " + strings.Join(texts, ", ") + " }"
}
