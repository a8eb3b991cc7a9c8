package topology

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/redisx"
)

// View is one snapshot of a release: what the API server says of each member, what each server says of itself, and what each
// Sentinel says of them all.
type View struct {
	Seen    []Sight
	Wanted  int             // servers that the release's values ask for
	Watched *chart.Sentinel // nil when nobody watches over the release
}

// Sight is one member as seen at one moment.
type Sight struct {
	Member   Member
	Info     redisx.Info // zero when Err is set
	Err      error       // why the server did not answer
	Claim    redisx.Claim
	ClaimErr error // why the Sentinel beside it did not answer
}

// View asks every member itself, Ready or not, all of them at once.
func (d *Deployment) View(ctx context.Context) (View, error) {
	members, err := d.Members(ctx)
	if err != nil {
		return View{}, err
	}
	v := View{Seen: make([]Sight, len(members)), Wanted: len(d.Dialect.Servers())}
	watch, on := d.Dialect.Sentinel()
	if on {
		v.Watched = &watch
	}
	var asking sync.WaitGroup
	for i, m := range members {
		s := &v.Seen[i]
		s.Member = m
		asking.Go(func() { s.Info, s.Err = redisx.ReadInfo(ctx, d.Direct(m)) })
		if on {
			asking.Go(func() { s.Claim, s.ClaimErr = redisx.ReadClaim(ctx, d.Sentinel(m.Pod.Name), watch.MasterSet) })
		}
	}
	asking.Wait()
	return v, nil
}

// name gives the pod behind an address, or the address itself.
func (v View) name(address string) string {
	for _, s := range v.Seen {
		if s.Member.Is(address) {
			return string(s.Member.Pod.Name)
		}
	}
	return address
}

// String is one line a member, to be printed and compared.
func (v View) String() string {
	var lines []string
	for _, s := range v.Seen {
		lines = append(lines, v.line(s))
	}
	return strings.Join(lines, "\n")
}

func (v View) line(s Sight) string {
	state := fmt.Sprintf("%s %s, run %.8s, %s", s.Info.Server.Software, s.Info.Server.Version, s.Info.Server.RunID, v.role(s.Info))
	switch {
	case s.Err != nil:
		state = s.Err.Error()
	case s.Info.Loading:
		state += ", LOADING"
	}
	ready := "Ready"
	if !s.Member.Ready {
		ready = "not Ready (" + s.Member.Trouble + ")"
	}
	line := fmt.Sprintf("%s on %s: %s, %d restarts: %s", s.Member.Pod.Name, s.Member.Node, ready, s.Member.Restarts, state)
	if v.Watched != nil {
		line += "; its Sentinel " + v.claim(s)
	}
	return line
}

func (v View) role(i redisx.Info) string {
	if i.Role == "master" {
		return fmt.Sprintf("master of %d replicas, replication id %.8s", i.Replication.ConnectedCount, i.Replication.ID)
	}
	link := "down"
	if i.Replication.LinkUp {
		link = "up"
	}
	return fmt.Sprintf("%s of %s, link %s, replication id %.8s", i.Role, v.name(fmt.Sprintf("%s:%d", i.Replication.PrimaryHost, i.Replication.PrimaryPort)),
		link, i.Replication.ID)
}

func (v View) claim(s Sight) string {
	if s.ClaimErr != nil {
		return "does not answer: " + s.ClaimErr.Error()
	}
	return fmt.Sprintf("names %s (%s, epoch %d), knows %d replicas and %d other sentinels", v.name(s.Claim.Master),
		strings.Join(s.Claim.Flags, ","), s.Claim.ConfigEpoch, len(s.Claim.Replicas), len(s.Claim.Others))
}

// Since lists what changed from an earlier view, one line a member that is not what it was.
func (v View) Since(before View) []string {
	was := strings.Split(before.String(), "\n")
	var changed []string
	for _, line := range strings.Split(v.String(), "\n") {
		if !slices.Contains(was, line) {
			changed = append(changed, line)
		}
	}
	return changed
}
