package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"sigs.k8s.io/kind/pkg/cluster/constants"

	"redis-e2e/internal/engine"
)

// The set's element expires in the kernel, so no process has to survive for the node to come back. Priority raw comes
// before connection tracking: an established connection is cut like a new one.
const isolation = `add table inet redis_e2e_isolation
delete table inet redis_e2e_isolation
table inet redis_e2e_isolation {
	set uplink { type ifname; flags timeout; elements = { "%s" timeout %ds }; }
	chain in { type filter hook prerouting priority raw; iifname @uplink drop; }
	chain out { type filter hook output priority raw; oifname @uplink drop; }
	chain through { type filter hook postrouting priority raw; oifname @uplink drop; }
}
`

const joining = `add table inet redis_e2e_isolation
delete table inet redis_e2e_isolation
`

// Isolate drops every packet on the node's uplink, its own and its pods', whatever its connection; loopback and the pods
// of the node among themselves stay. It goes through the engine, because the API server loses the node too.
func (k *Kind) Isolate(ctx context.Context, node NodeName) (Isolation, error) {
	i := &isolated{k: k, node: node}
	is := Isolation{Heal: i.heal}
	if err := i.look(ctx); err != nil {
		return is, fmt.Errorf("isolate node %s: %w", node, err)
	}
	is.Began = time.Now()
	if err := i.nft(ctx, fmt.Sprintf(isolation, i.uplink, int(IsolationLimit.Seconds()))); err != nil {
		return is, fmt.Errorf("isolate node %s: %w", node, err)
	}
	ways, err := i.open(ctx)
	if ways > 0 {
		return is, fmt.Errorf("node %s is isolated, and yet %d of 2 ways between it and %s are open", node, ways, i.peer)
	}
	if context.Cause(ctx) != nil || !unanswered(err) {
		return is, fmt.Errorf("node %s has its rule, but nobody could look whether it is isolated: %w", node, errors.Join(context.Cause(ctx), err))
	}
	is.Seen = time.Now()
	return is, nil
}

// silence is the exit code of timeout(1) for a connection that nobody answered, which is what dropped packets look like.
const silence = 124

// unanswered says that every look ended in silence. One that failed otherwise (no engine, no such node) has seen nothing.
func unanswered(err error) bool {
	looks, ok := err.(interface{ Unwrap() []error }) // open joins exactly its looks
	if !ok {
		return false
	}
	for _, look := range looks.Unwrap() {
		exit, ok := errors.AsType[*exec.ExitError](look)
		if !ok || exit.ExitCode() != silence {
			return false
		}
	}
	return true
}

// isolated is a node that is being cut off.
type isolated struct {
	k                     *Kind
	node, peer            NodeName
	address, peersAddress string
	uplink                string // interface that has address
	early                 bool   // the kernel joined it again before we did
}

// look finds the way to cut, and proves that it is open both ways.
func (i *isolated) look(ctx context.Context) error {
	if err := i.meet(); err != nil {
		return err
	}
	if err := i.nft(ctx, joining); err != nil { // a run that was killed may have left it cut off
		return err
	}
	text, err := i.run(ctx, i.node, "ip", "-o", "addr", "show", "to", i.address)
	if err != nil {
		return err
	}
	f := strings.Fields(text)
	if len(f) < 2 {
		return fmt.Errorf("no interface has address %s", i.address)
	}
	i.uplink = f[1]
	if ways, err := i.open(ctx); ways != 2 {
		return fmt.Errorf("it and %s do not reach each other to begin with: %w", i.peer, err)
	}
	return nil
}

// meet gives the node a peer that it is looked at from: the control plane, since another worker may be cut off as well.
func (i *isolated) meet() error {
	nodes, err := i.k.provider(&capture{}).ListNodes(i.k.Name)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		v4, v6, err := n.IP()
		if err != nil {
			return fmt.Errorf("address of node %s: %w", n, err)
		}
		role, err := n.Role()
		if err != nil {
			return fmt.Errorf("role of node %s: %w", n, err)
		}
		switch {
		case n.String() == string(i.node):
			i.address = cmp.Or(v4, v6)
		case role == constants.ControlPlaneNodeRoleValue:
			i.peer, i.peersAddress = NodeName(n.String()), cmp.Or(v4, v6)
		}
	}
	if i.address == "" || i.peer == "" {
		return fmt.Errorf("cluster %s has no such node, or no control plane beside it", i.k.Name)
	}
	return nil
}

func (i *isolated) run(ctx context.Context, on NodeName, command ...string) (string, error) {
	return i.k.Engine.Output(ctx, append([]string{"exec", string(on)}, command...)...)
}

func (i *isolated) nft(ctx context.Context, rules string) error {
	return i.k.Engine.Stream(ctx, engine.Streams{In: strings.NewReader(rules)}, "exec", "-i", string(i.node), "nft", "-f", "-")
}

// open counts the directions, of two, in which a connection can be made: the kubelet of every node listens.
func (i *isolated) open(ctx context.Context) (int, error) {
	errs := make([]error, 2)
	var looking sync.WaitGroup
	looking.Go(func() {
		_, errs[0] = i.run(ctx, i.peer, "timeout", "1", "bash", "-c", "</dev/tcp/"+i.address+"/10250")
	})
	looking.Go(func() {
		_, errs[1] = i.run(ctx, i.node, "timeout", "1", "bash", "-c", "</dev/tcp/"+i.peersAddress+"/10250")
	})
	looking.Wait()
	ways := 0
	for _, err := range errs {
		if err == nil {
			ways++
		}
	}
	return ways, errors.Join(errs...)
}

// heal removes the rule and waits until the node is reached. That the rule had expired before is an error.
func (i *isolated) heal(ctx context.Context) error {
	tables, err := i.run(ctx, i.node, "nft", "list", "tables", "inet")
	if err != nil {
		return err
	}
	if strings.Contains(tables, "redis_e2e_isolation") {
		set, err := i.run(ctx, i.node, "nft", "list", "set", "inet", "redis_e2e_isolation", "uplink")
		if err != nil {
			return err
		}
		i.early = i.early || !strings.Contains(set, "expires")
	}
	if err := i.nft(ctx, joining); err != nil {
		return err
	}
	if err := i.rejoined(ctx); err != nil {
		return err
	}
	if i.early {
		return fmt.Errorf("the isolation of node %s ended by itself after %s, before it was healed", i.node, IsolationLimit)
	}
	return nil
}

func (i *isolated) rejoined(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		ways, err := i.open(ctx)
		if ways == 2 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("node %s has no rule against it any more: %w: %w", i.node, context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}
