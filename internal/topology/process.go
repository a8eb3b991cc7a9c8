package topology

import (
	"context"
	"fmt"
	"slices"
	"time"

	"redis-e2e/internal/agent/proc"
)

// Server gives the server process of a member as its node's kernel sees it. A Sentinel's process is a server's by another name.
func (d *Deployment) Server(ctx context.Context, m Member) (proc.Process, error) {
	var all []proc.Process
	if err := d.Cluster.OnNode(ctx, m.Node, &all, "proc", "list", "--match="+m.Container); err != nil {
		return proc.Process{}, err
	}
	for _, p := range all {
		if slices.Contains([]string{"redis-server", "valkey-server", "redis-sentinel", "valkey-sentinel"}, p.Name) {
			return p, nil
		}
	}
	return proc.Process{}, fmt.Errorf("no server process in container %.12s of %s: found %v", m.Container, m.Pod, all)
}

// CommandLines gives every distinct command line seen in the member's pod during a period, probes included.
func (d *Deployment) CommandLines(ctx context.Context, m Member, period time.Duration) ([]string, error) {
	var lines []string
	err := d.Cluster.OnNode(ctx, m.Node, &lines, "proc", "watch", "--match="+m.UID, "--for="+period.String())
	if err == nil && len(lines) == 0 {
		err = fmt.Errorf("no process of pod %s was seen on node %s within %s", m.Pod, m.Node, period)
	}
	return lines, err
}
