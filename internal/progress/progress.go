// Package progress answers: what is the run doing, for how long so far, and what is left?
//
// It must not import any other package of this project.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Tracker shows named steps while they run. It is safe for concurrent use.
type Tracker interface {
	// Plan announces how many steps are to come, so that "what is left" can be shown.
	Plan(steps int)
	// Start begins a step; exactly one call of the returned Done ends it.
	Start(name string) Step
	// Say prints one line of information between steps.
	Say(format string, args ...any)
	// Close ends the display and leaves the terminal as it was.
	Close()
}

// Step is one piece of work in progress.
type Step interface {
	// Done ends the step; a non-nil error marks it failed.
	Done(err error)
}

// Plain prints one line when a step starts and one when it ends, and a line every interval for each that still
// runs: what a CI log needs.
func Plain(w io.Writer, interval time.Duration) Tracker {
	p := &plain{w: w, running: map[*began]bool{}, stop: make(chan struct{})}
	go p.heartbeat(interval)
	return p
}

type began struct {
	name string
	at   time.Time
}

type plain struct {
	mu      sync.Mutex
	w       io.Writer
	running map[*began]bool
	left    int
	stop    chan struct{}
	once    sync.Once
}

func (p *plain) Plan(steps int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left += steps
}

func (p *plain) Say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprintf(p.w, format+"\n", args...)
}

func (p *plain) Start(name string) Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := &began{name, time.Now()} // two steps may have one name
	p.running[b] = true
	_, _ = fmt.Fprintf(p.w, "  … %s\n", name)
	return step(func(err error) { p.finish(b, err) })
}

func (p *plain) finish(b *began, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, b)
	if p.left > 0 {
		p.left--
	}
	mark, left := "✓", ""
	if err != nil {
		mark = "✗"
	}
	if p.left > 0 {
		left = fmt.Sprintf(" (%d left)", p.left)
	}
	_, _ = fmt.Fprintf(p.w, "  %s %s %s%s\n", mark, b.name, Round(time.Since(b.at)), left)
}

func (p *plain) heartbeat(interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			p.mu.Lock()
			for b := range p.running {
				_, _ = fmt.Fprintf(p.w, "  … %s, %s so far\n", b.name, Round(time.Since(b.at)))
			}
			p.mu.Unlock()
		}
	}
}

func (p *plain) Close() { p.once.Do(func() { close(p.stop) }) }

type step func(error)

func (s step) Done(err error) { s(err) }

// Round shortens a duration to what a person reads: tenths of a second below ten, else whole seconds.
func Round(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Second)
}
