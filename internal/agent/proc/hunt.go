package proc

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const huntEvery = 25 * time.Millisecond

// Hunt kills every process that fits and is no Sentinel, each as soon as it appears, until ctx ends, and gives the kills in
// order. There must be one at first; killed is told when that one is gone.
func Hunt(ctx context.Context, t Target, h Hunter) ([]Signalled, error) {
	kills := []Signalled{}
	tick := time.NewTicker(huntEvery)
	defer tick.Stop()
	for {
		hits, seen, err := t.find(h.Root)
		if err != nil {
			return kills, err
		}
		hits = slices.DeleteFunc(hits, Process.sentinel)
		if len(kills) == 0 && len(hits) != 1 {
			return kills, fmt.Errorf("%d processes named %s in %s, want one; seen: %s", len(hits), t.Name, t.Match, strings.Join(seen, ", "))
		}
		for _, p := range hits {
			s := Signalled{PID: p.PID, SentAt: time.Now()}
			if err := syscall.Kill(p.PID, syscall.SIGKILL); errors.Is(err, syscall.ESRCH) {
				continue // it was on its way out
			} else if err != nil {
				return kills, fmt.Errorf("kill -KILL %d: %w", p.PID, err)
			}
			if err := s.awaitEnd(context.WithoutCancel(ctx), filepath.Join(h.Root, strconv.Itoa(p.PID))); err != nil {
				return kills, err
			}
			kills = append(kills, s)
			if len(kills) == 1 {
				if err := h.Killed(s); err != nil {
					return kills, err
				}
			}
		}
		select {
		case <-ctx.Done():
			return kills, nil
		case <-tick.C:
		}
	}
}

// Hunter says where to hunt, and who is told.
type Hunter struct {
	Root   string // of the processes, /proc
	Killed func(Signalled) error
}

// sentinel tells a Sentinel that was started as a mode of the server, under the server's name: a hunt goes
// through the whole pod, where it may run too.
func (p Process) sentinel() bool {
	for _, a := range p.Args {
		if a == "--sentinel" || strings.Contains(a, "[sentinel]") {
			return true
		}
	}
	return false
}
