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

// Send signals the one process that fits. KILL and TERM wait until it is gone. No match, or more than one, is an error.
func Send(ctx context.Context, root string, t Target) (Signalled, error) {
	sig, ok := signals()[t.Signal]
	if !ok {
		return Signalled{}, fmt.Errorf("signal %q is not known", t.Signal)
	}
	all, err := List(root, t.Match)
	if err != nil {
		return Signalled{}, err
	}
	var hits []Process
	var seen []string
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
	if len(hits) != 1 {
		return Signalled{}, fmt.Errorf("%d processes named %s in %s, want one; seen: %s", len(hits), t.Name, t.Match, strings.Join(seen, ", "))
	}
	s := Signalled{PID: hits[0].PID, SentAt: time.Now()}
	if err := syscall.Kill(s.PID, sig); err != nil {
		return s, fmt.Errorf("kill -%s %d: %w", t.Signal, s.PID, err)
	}
	if sig != syscall.SIGKILL && sig != syscall.SIGTERM {
		return s, nil
	}
	return s, s.awaitEnd(ctx, filepath.Join(root, strconv.Itoa(s.PID)))
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
