package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/fault"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
)

// MoveToWorker makes the master run where its node may be taken away: not on the control plane, and not where the road to the
// release leads over.
func (e *Env) MoveToWorker(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	t, err := fault.Aim(ctx, fault.Target{Deployment: d, Nodes: e.nodes})
	must(err, "nodes")
	for range d.Dialect.Servers() {
		e.Formed(ctx, d)
		primary, err := d.Primary(ctx)
		must(err, "move the master")
		if t.Spared[primary.Node] == "" {
			return
		}
		e.promote(ctx, d, primary)
	}
	must(fmt.Errorf("all of its servers run on nodes that must stay: %v", t.Spared), "move the master to a worker")
}

// Promote has Sentinel make another node the master, and returns when all members have taken their new places.
func (e *Env) Promote(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	primary, err := e.primary(ctx, d)
	must(err, "promote")
	e.promote(ctx, d, primary)
	e.Formed(ctx, d)
}

func (e *Env) promote(ctx ginkgo.SpecContext, d *topology.Deployment, primary topology.Member) {
	ginkgo.GinkgoHelper()
	what := "move the master off " + primary.Pod.String()
	watch, _ := d.Dialect.Sentinel()
	must(redisx.Failover(ctx, d.Sentinel(primary.Pod.Name), watch.MasterSet), what)
	limited, cancel := within(ctx, e.Timeouts.PrimaryElected, "another master")
	defer cancel()
	must(e.poll(limited, func() error {
		now, err := d.Primary(limited)
		if err == nil && now.Pod == primary.Pod {
			err = errors.New("it has not moved")
		}
		return err
	}), what)
}

// Forbid gives priority 0 to the replica that Sentinel would prefer, and returns once every Sentinel knows. With equal offsets
// it prefers the smallest run id.
func (e *Env) Forbid(ctx ginkgo.SpecContext, d *topology.Deployment) topology.Member {
	ginkgo.GinkgoHelper()
	v := e.Formed(ctx, d)
	candidates := slices.DeleteFunc(slices.Clone(v.Seen), func(s topology.Sight) bool { return s.Info.Role == "master" })
	first := slices.MinFunc(candidates, func(a, b topology.Sight) int {
		if a.Info.Server.RunID < b.Info.Server.RunID {
			return -1
		}
		return 1
	})
	e.Rank(ctx, d, Rank{Of: first.Member})
	return first.Member
}

// Rank is a replica and its priority: the smallest is promoted first, 0 never.
type Rank struct {
	Of       topology.Member
	Priority int
}

// Rank sets the priority of a replica, and returns once every Sentinel knows, which takes up to its 10 s between two INFOs.
func (e *Env) Rank(ctx ginkgo.SpecContext, d *topology.Deployment, r Rank) {
	ginkgo.GinkgoHelper()
	m, priority := r.Of, r.Priority
	must(d.Direct(m).ConfigSet(ctx, "replica-priority", strconv.Itoa(priority)).Err(), "priority of "+m.Pod.String())
	defer e.wait("redis", "sentinels know a priority")()
	limited, cancel := within(ctx, e.Timeouts.PrimaryElected, "sentinels know the priority")
	defer cancel()
	must(e.poll(limited, func() error {
		v, err := d.View(limited)
		if err != nil {
			return err
		}
		for _, s := range v.Seen {
			for _, r := range s.Claim.Replicas {
				if s.ClaimErr != nil || m.Is(r.Addr) && r.Priority != priority {
					return fmt.Errorf("the Sentinel of %s believes in priority %d of %s: %w", s.Member.Pod.Name, r.Priority, m.Pod.Name, s.ClaimErr)
				}
			}
		}
		return nil
	}), "priority of "+m.Pod.String())
}

// primary asks until there is an answer: a Sentinel that has no time for a moment is no Sentinel that names none.
func (e *Env) primary(ctx context.Context, d *topology.Deployment) (m topology.Member, err error) {
	limited, cancel := within(ctx, e.Timeouts.RedisAnswers, "who is the master")
	defer cancel()
	err = e.poll(limited, func() (err error) {
		m, err = d.Primary(limited)
		return err
	})
	return m, err
}

// poll tries until it succeeds, and joins what was wrong last to the reason why it stopped.
func (e *Env) poll(ctx context.Context, try func() error) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// count reads a number that INFO gave as text.
func count(info map[string]string, name string) (int, error) {
	n, err := strconv.Atoi(info[name])
	if err != nil {
		return 0, fmt.Errorf("INFO has no count %s: %q", name, info[name])
	}
	return n, nil
}
