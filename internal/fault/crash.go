package fault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"redis-e2e/internal/agent/proc"
)

// crashLimit ends a crash loop that nobody heals.
const crashLimit = 5 * time.Minute

// CrashServer kills the server, and each that follows it in the pod, as soon as it appears, until healed: a crash loop.
// Begin and End, of the first kill, are on the node's clock, which on this machine's own clusters is this machine's.
func CrashServer() Fault { return crash{} }

type crash struct{}

func (crash) Name() string { return "a server that crashes in a loop" }

func (f crash) Applies(t Target) error {
	if t.Member.UID == "" {
		return fmt.Errorf("%s: no pod was named", f.Name())
	}
	return runs(f, t)
}

// Inject returns when the first server is gone.
func (f crash) Inject(ctx context.Context, t Target) (Injected, error) {
	in := Injected{Name: f.Name()}
	name, err := serverName(ctx, t)
	if err != nil {
		return in, err
	}
	var first proc.Signalled
	stop, err := t.Deployment.Cluster.OnNodeWhile(ctx, t.Member.Node, &first, "proc", "hunt", "--match="+t.Member.UID, "--name="+name, "--for="+crashLimit.String())
	if err != nil {
		return in, fmt.Errorf("%s in %s: %w", f.Name(), t.Member.Pod, err)
	}
	in.Healed = &Healing{}
	in.Heal = func(ctx context.Context) error {
		var kills []proc.Signalled
		if err := stop(ctx, &kills); err != nil {
			return err
		}
		return revived(ctx, t, crashed{kills, in.Healed})
	}
	in.Begin, in.End = first.SentAt, first.GoneAt
	in.Evidence = fmt.Sprintf("process %d (%s) on node %s was gone %s after the signal, and those after it are hunted", first.PID, name, t.Member.Node,
		in.Took().Round(time.Microsecond))
	return in, nil
}

type crashed struct {
	kills  []proc.Signalled
	healed *Healing
}

// revived waits for a server that lives; the kubelet lets a container that crashed often wait for minutes.
func revived(ctx context.Context, t Target, c crashed) error {
	last := c.kills[len(c.kills)-1]
	return until(ctx, func() (missing, _ error) {
		now, err := t.Deployment.Member(ctx, t.Member.Pod.Name)
		if err != nil {
			return err, nil
		}
		switch {
		case now.UID != t.Member.UID: // another pod was never hunted
		case now.Container == "" || now.Container == t.Member.Container:
			return errors.New("no new container yet: " + now.Trouble), nil
		default:
			p, err := t.Deployment.Server(ctx, now)
			if err != nil {
				return fmt.Errorf("no server after %d kills: %s: %w", len(c.kills), now.Trouble, err), nil
			}
			if p.PID == last.PID {
				return fmt.Errorf("process %d is still there", p.PID), nil
			}
		}
		c.healed.seen(fmt.Sprintf("%d servers were killed, at %s; then one lived", len(c.kills), moments(c.kills)))
		return nil, nil
	})
}

func moments(kills []proc.Signalled) string {
	text := "0s"
	for _, k := range kills[1:] {
		text += ", " + k.SentAt.Sub(kills[0].SentAt).Round(100*time.Millisecond).String()
	}
	return text
}
