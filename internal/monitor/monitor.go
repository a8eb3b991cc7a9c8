package monitor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"redis-e2e/internal/redisx"
)

// Config says whom a Monitor watches. Addresses are dialled anew whenever a connection ends, so they should be stable names.
type Config struct {
	Servers   map[string]redisx.Options // by the name that messages use
	Sentinels map[string]redisx.Options // likewise; none: plain replication, only the servers' own claims count
	MasterSet string                    // the name that the Sentinels watch the primary under
	Aliases   map[string]string         // other host:port of servers, to their names; for Sentinels that announce IPs
	Every     time.Duration             // between two questions to one target, 0: 50 ms; the resolution of everything polled
	Path      string                    // of the record file, which must not exist yet; empty: it is kept in memory alone
}

// Monitor watches until it is told to finish.
type Monitor struct {
	config   Config
	recorder *recorder
	stop     context.CancelFunc
	workers  sync.WaitGroup
	finished atomic.Bool
}

// Start begins to watch, until Finish or the end of ctx. Nobody has to answer yet: who does not is recorded as silent.
func Start(ctx context.Context, c Config) (*Monitor, error) {
	if c.Every == 0 {
		c.Every = 50 * time.Millisecond
	}
	if len(c.Servers) == 0 || len(c.Sentinels) > 0 && c.MasterSet == "" {
		return nil, errors.New("monitor cannot start: it needs servers, and with Sentinels the name they watch the primary under")
	}
	recorder, err := begin(c)
	if err != nil {
		return nil, fmt.Errorf("monitor cannot start: %w", err)
	}
	m := &Monitor{config: c, recorder: recorder}
	ctx, m.stop = context.WithCancel(ctx)
	for name, o := range c.Servers {
		p := m.poller(o)
		m.workers.Go(func() { p.run(ctx, &serverTarget{name: name, client: p.client}) })
	}
	for name, o := range c.Sentinels {
		p := m.poller(o)
		m.workers.Go(func() { p.run(ctx, &sentinelTarget{name: name, client: p.client, set: c.MasterSet}) })
		l := redisx.Listener{Options: o, Name: name, Event: recorder.event, State: func(err error) { recorder.hearing(name, err) }}
		m.workers.Go(func() { l.Listen(ctx) })
	}
	return m, nil
}

// Record is what was seen so far.
func (m *Monitor) Record() Record { return m.recorder.copy() }

// Finish stops watching and gives what was seen. It errs when ctx ends first, when the file could not be written, and when it
// is called again.
func (m *Monitor) Finish(ctx context.Context) (Record, error) {
	if m.finished.Swap(true) {
		return m.Record(), errors.New("the monitor was finished before")
	}
	m.stop()
	ended := make(chan struct{})
	go func() { m.workers.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-ctx.Done():
		return m.Record(), fmt.Errorf("the monitor still waits for an answer: %w", ctx.Err())
	}
	if err := m.recorder.end(); err != nil {
		return m.Record(), fmt.Errorf("record %s is incomplete: %w", m.config.Path, err)
	}
	return m.Record(), nil
}
