package harness

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/fault"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
)

// Discover connects the way an application does that knows nothing but the Service of the sentinels and the master set.
func (e *Env) Discover(ctx ginkgo.SpecContext, d *topology.Deployment) *redis.Client {
	ginkgo.GinkgoHelper()
	watch, _ := d.Dialect.Sentinel()
	o := d.Options()
	o.Addr = net.JoinHostPort(fmt.Sprintf("%s.%s.svc.cluster.local", watch.Service, d.Namespace), strconv.Itoa(watch.Port))
	address, err := redisx.MasterAddr(ctx, d.Dial(o), watch.MasterSet)
	must(err, "ask the Service of the sentinels")
	o.Addr = address
	return d.Dial(o)
}

// FreezeSentinels stops n sentinels of replicas, so that the one beside the master is left with too few to agree with.
func (e *Env) FreezeSentinels(ctx ginkgo.SpecContext, d *topology.Deployment, n int) []fault.Injected {
	ginkgo.GinkgoHelper()
	replicas, err := d.Replicas(ctx)
	must(err, "sentinels")
	if len(replicas) < n {
		must(fmt.Errorf("there are only %d replicas", len(replicas)), "sentinels")
	}
	var all []fault.Injected
	for _, m := range replicas[:n] {
		all = append(all, e.Strike(ctx, fault.FreezeSentinel(), fault.Target{Deployment: d, Member: m}))
	}
	return all
}

// Promoted gives a question to poll: which servers other than the old master claim to be the master? That a replica does not
// answer is an error, for its silence would look like modesty.
func (e *Env) Promoted(d *topology.Deployment, old topology.Member) func(context.Context) ([]string, error) {
	return func(ctx context.Context) ([]string, error) {
		members, err := d.Members(ctx)
		if err != nil {
			return nil, err
		}
		var masters []string
		for _, m := range members {
			if m.Pod == old.Pod {
				continue
			}
			role, err := redisx.ReadRole(ctx, d.Direct(m))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.Pod, err)
			}
			if role.Kind == "master" {
				masters = append(masters, string(m.Pod.Name))
			}
		}
		return masters, nil
	}
}

// Replace deletes the pod of one member and waits until its successor has formed with the others.
func (e *Env) Replace(ctx ginkgo.SpecContext, d *topology.Deployment, m topology.Member) {
	ginkgo.GinkgoHelper()
	e.Strike(ctx, fault.DeletePod(), fault.Target{Deployment: d, Member: m})
	limited, cancel := within(ctx, e.Timeouts.Formed, "a new "+string(m.Pod.Name))
	defer cancel()
	must(e.poll(limited, func() error {
		now, err := d.Member(limited, m.Pod.Name)
		if err == nil && now.UID == m.UID {
			err = fmt.Errorf("%s is still the old pod", m.Pod)
		}
		return err
	}), "replace "+m.Pod.String())
	e.Formed(ctx, d)
}

// quiet is how long nothing must happen for it to count as never, beyond what Sentinel takes otherwise.
const quiet = 5 * time.Second

// Patience is how long a failover that must not happen is waited for.
func (e *Env) Patience(d *topology.Deployment) time.Duration {
	watch, _ := d.Dialect.Sentinel()
	return watch.DownAfter + quiet
}

// Announced lists every address of a server or Sentinel that any Sentinel tells clients or the others.
func (e *Env) Announced(ctx ginkgo.SpecContext, d *topology.Deployment) []string {
	ginkgo.GinkgoHelper()
	all := map[string]bool{}
	for _, s := range e.Formed(ctx, d).Seen {
		all[s.Claim.Master] = true
		for _, r := range s.Claim.Replicas {
			all[r.Addr] = true
		}
		for _, o := range s.Claim.Others {
			all[o.Addr] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
