package topology

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"

	"redis-e2e/internal/redisx"
)

// Primary is the member that takes writes: with Sentinel, the one that most of all sentinels name; else the master's pod.
func (d *Deployment) Primary(ctx context.Context) (Member, error) {
	members, err := d.Members(ctx)
	if err != nil {
		return Member{}, err
	}
	if _, on := d.Dialect.Sentinel(); on {
		return d.named(ctx, members)
	}
	prefix := d.Dialect.PrimaryStatefulSet() + "-"
	for _, m := range members {
		if strings.HasPrefix(string(m.Pod.Name), prefix) {
			return m, nil
		}
	}
	return Member{}, fmt.Errorf("none of %d server pods belongs to StatefulSet %s", len(members), d.Dialect.PrimaryStatefulSet())
}

// named asks every Sentinel that the values want, also those whose pods are gone: they count against a majority.
func (d *Deployment) named(ctx context.Context, members []Member) (Member, error) {
	watch, _ := d.Dialect.Sentinel()
	pods := d.Dialect.Servers()
	votes := make(redisx.Votes, len(pods))
	var asking sync.WaitGroup
	for i, pod := range pods {
		asking.Go(func() {
			votes[i].Sentinel = string(pod)
			votes[i].Master, _ = redisx.MasterAddr(ctx, d.Sentinel(pod), watch.MasterSet) // silence counts against a majority
		})
	}
	asking.Wait()
	address, err := votes.Majority()
	if err != nil {
		return Member{}, err
	}
	for _, m := range members {
		if m.Is(address) {
			return m, nil
		}
	}
	return Member{}, fmt.Errorf("sentinels name %s as master of %s, which is no pod of %s", address, watch.MasterSet, d.Namespace)
}

// Answers is nil when the primary answers PING the way clients reach it.
func (d *Deployment) Answers(ctx context.Context) error {
	c := d.open(redisx.Timeouts{})
	return errors.Join(c.Ping(ctx).Err(), c.Close())
}

// Reachable is nil when the primary answers and, with Sentinel, the Service that clients find it through leads to one.
func (d *Deployment) Reachable(ctx context.Context) error {
	watch, on := d.Dialect.Sentinel()
	if !on {
		return d.Answers(ctx)
	}
	o := d.Sentinels().Options
	o.Addr = net.JoinHostPort(d.service(watch.Service), strconv.Itoa(watch.Port))
	c := redisx.NewClient(o)
	_, err := redisx.MasterAddr(ctx, c, watch.MasterSet)
	if err != nil {
		err = fmt.Errorf("the Service of the sentinels: %w", err)
	}
	return errors.Join(d.Answers(ctx), err, c.Close())
}
