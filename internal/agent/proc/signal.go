package proc

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Signalled is the evidence that a process got a signal.
type Signalled struct {
	PID    int       `json:"pid"`
	SentAt time.Time `json:"sentAt"` // just before the signal was sent, on the node's clock
	GoneAt time.Time `json:"goneAt"` // first moment the process was seen gone; zero when it was not to end
	SeenAt time.Time `json:"seenAt"` // first moment State was seen; zero when it was to end
	State  string    `json:"state"`  // letter of proc(5) after STOP or CONT: T is stopped
}

// Signals this package sends, by the names kill(1) uses.
func signals() map[string]syscall.Signal {
	return map[string]syscall.Signal{"KILL": syscall.SIGKILL, "TERM": syscall.SIGTERM, "STOP": syscall.SIGSTOP, "CONT": syscall.SIGCONT}
}

// Target says which process gets which signal.
type Target struct {
	Match  string // in its cgroup path
	Name   string // of the process, for example redis-server
	Signal string // KILL, TERM, STOP or CONT
}

// Send signals the one process that fits, and waits for the effect: KILL and TERM until it is gone, STOP until it is
// stopped, CONT until it no longer is. No match, or more than one, is an error.
func Send(ctx context.Context, root string, t Target) (Signalled, error) {
	sig, ok := signals()[t.Signal]
	if !ok {
		return Signalled{}, fmt.Errorf("signal %q is not known", t.Signal)
	}
	hits, seen, err := t.find(root)
	if err != nil {
		return Signalled{}, err
	}
	if len(hits) != 1 {
		return Signalled{}, fmt.Errorf("%d processes named %s in %s, want one; seen: %s", len(hits), t.Name, t.Match, strings.Join(seen, ", "))
	}
	s := Signalled{PID: hits[0].PID, SentAt: time.Now()}
	if err := syscall.Kill(s.PID, sig); err != nil {
		return s, fmt.Errorf("kill -%s %d: %w", t.Signal, s.PID, err)
	}
	dir := filepath.Join(root, strconv.Itoa(s.PID))
	if sig == syscall.SIGSTOP || sig == syscall.SIGCONT {
		return s, s.awaitState(ctx, dir, sig == syscall.SIGSTOP)
	}
	return s, s.awaitEnd(ctx, dir)
}

// find gives the processes that fit, and the names of all that run in the same place.
func (t Target) find(root string) (hits []Process, seen []string, err error) {
	all, err := List(root, t.Match)
	if err != nil {
		return nil, nil, err
	}
	named := map[int]bool{}
	for _, p := range all {
		seen = append(seen, p.Name)
		named[p.PID] = p.Name == t.Name
	}
	for _, p := range all {
		if named[p.PID] && !named[p.Parent] { // a server's own fork, which saves, has its name
			hits = append(hits, p)
		}
	}
	return hits, seen, nil
}

func (s *Signalled) awaitState(ctx context.Context, dir string, stopped bool) error {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		s.State = state(dir)
		if s.State != "" && (s.State == "T") == stopped {
			s.SeenAt = time.Now()
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("process %d is in state %q, stopped is T: %w", s.PID, s.State, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

func (s *Signalled) awaitEnd(ctx context.Context, dir string) error {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if err := syscall.Kill(s.PID, 0); errors.Is(err, syscall.ESRCH) || zombie(dir) {
			s.GoneAt = time.Now()
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("process %d is still there: %w", s.PID, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
