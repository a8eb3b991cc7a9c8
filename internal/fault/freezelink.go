package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/agent/link"
	"redis-e2e/internal/topology"
)

// linkLimit ends a frozen link that nobody heals.
const linkLimit = 5 * time.Minute

// FreezeLink stops what the target, a replica, and its primary send each other. Both stay reachable from everywhere else,
// and a connection between them stays open and stalls. It ends when one of the pods is replaced, and when this process ends. After it is healed TCP may
// wait as long again as it was frozen before it sends again.
func FreezeLink() Fault { return freezeLink{} }

type freezeLink struct{}

func (freezeLink) Name() string { return "a frozen link between replica and primary" }

func (f freezeLink) Applies(t Target) error { return runs(f, t) }

// Inject returns when neither pod has a way to the other one.
func (f freezeLink) Inject(ctx context.Context, t Target) (Injected, error) {
	in := Injected{Name: f.Name()}
	primary, err := t.Deployment.Primary(ctx)
	if err == nil && primary.UID == t.Member.UID {
		err = fmt.Errorf("pod %s is the primary itself", primary.Pod)
	}
	if err != nil {
		return in, fmt.Errorf("%s: %w", f.Name(), err)
	}
	ends, err := linkEnds(ctx, t, primary)
	if err != nil {
		return in, fmt.Errorf("%s: %w", f.Name(), err)
	}
	in.Healed = &Healing{}
	in.Heal = func(ctx context.Context) error { return thawLink(ctx, t, linkHeal{ends, in.Healed}) }
	in.Begin = time.Now()
	var shown []string
	for _, e := range ends {
		var held link.Held
		e.stop, err = t.Deployment.Cluster.OnNodeWhile(ctx, e.of.Node, &held, append([]string{"link", "hold", "--for=" + linkLimit.String()}, e.flags()...)...)
		if err != nil {
			return in, fmt.Errorf("%s at %s: %w", f.Name(), e.of.Pod, err)
		}
		shown = append(shown, fmt.Sprintf("%s: %s", e.of.Pod.Name, strings.Join(held.Routes, ", ")))
	}
	in.End = time.Now()
	in.Evidence = "routes in the pods' network namespaces: " + strings.Join(shown, "; ")
	return in, nil
}

// linkEnd is one of the two pods.
type linkEnd struct {
	of   topology.Member
	to   []string // addresses of the other one
	stop func(ctx context.Context, last any) error
}

func (e *linkEnd) flags() []string {
	return []string{"--match=" + e.of.UID, "--peer=" + strings.Join(e.to, ",")}
}

func linkEnds(ctx context.Context, t Target, primary topology.Member) ([]*linkEnd, error) {
	addresses := map[string][]string{}
	for _, m := range []topology.Member{t.Member, primary} {
		p, err := t.Deployment.Cluster.Client.CoreV1().Pods(string(m.Pod.Namespace)).Get(ctx, string(m.Pod.Name), metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		if string(p.UID) != m.UID || len(p.Status.PodIPs) == 0 {
			return nil, fmt.Errorf("pod %s of uid %s has no address", m.Pod, m.UID)
		}
		for _, ip := range p.Status.PodIPs {
			addresses[m.UID] = append(addresses[m.UID], ip.IP)
		}
	}
	return []*linkEnd{{of: t.Member, to: addresses[primary.UID]}, {of: primary, to: addresses[t.Member.UID]}}, nil
}

type linkHeal struct {
	ends   []*linkEnd
	healed *Healing
}

// thawLink ends both holds, and then looks again: what a broken connection left is removed.
func thawLink(ctx context.Context, t Target, h linkHeal) error {
	var errs []error
	for _, e := range h.ends {
		var stopped, thawed link.Held
		if e.stop != nil {
			errs = append(errs, e.stop(ctx, &stopped))
		}
		if now, err := t.Deployment.Cluster.PodUID(ctx, e.of.Pod); err != nil || now != e.of.UID {
			errs = append(errs, err)
			continue // its routes went with it
		}
		errs = append(errs, t.Deployment.Cluster.OnNode(ctx, e.of.Node, &thawed, append([]string{"link", "thaw"}, e.flags()...)...))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("heal the link: %w", err)
	}
	h.healed.seen("neither pod has a route that swallows what it sends the other")
	return nil
}
