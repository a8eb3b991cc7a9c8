package workload

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// LagConfig says whose lag is sampled, and how often.
type LagConfig struct {
	// Clients must not retry (redisx.NewClient does not). The primary's is asked by every replica's samples: give it PoolSize 0
	// or at least ten connections a replica.
	Primary   redis.UniversalClient
	Replicas  map[string]redis.UniversalClient // by the name that a Lag carries
	Key       string                           // of the heartbeat, which nothing else may use; empty: lag:heartbeat
	Rate      int                              // samples a second of each replica, 0: 200
	Heartbeat time.Duration                    // between two heartbeats, 0: 2 ms; the floor of Age
	OpTimeout time.Duration                    // for one answer, 0: 500 ms
	Path      string                           // of a file with every sample (NDJSON), which must not exist yet; empty: none is kept
}

func (c LagConfig) withDefaults() LagConfig {
	c.Key = orElse(c.Key, "lag:heartbeat")
	c.Rate = orElse(c.Rate, 200)
	c.Heartbeat = orElse(c.Heartbeat, 2*time.Millisecond)
	c.OpTimeout = orElse(c.OpTimeout, 500*time.Millisecond)
	return c
}

// firstBeat is the patience for the heartbeat that opens the connection.
const firstBeat = 10 * time.Second

// LagSampler measures the lag of replicas until it is told to finish. It takes constant memory.
type LagSampler struct {
	config  LagConfig
	run     int64 // tells its heartbeats from those of an earlier sampler
	started time.Time
	journal *journal // nil: no sample is kept
	probes  []*probe
	cancel  context.CancelFunc
	running sync.WaitGroup
	stopped atomic.Bool

	mu      sync.Mutex
	primary int64 // its newest known offset, at most one heartbeat old while it answers
	beats   int
	beaten  time.Duration // when the primary acknowledged its newest heartbeat
	pause   time.Duration
	failure string // of the newest heartbeat that failed
}

// StartLag begins to sample, until Finish or the end of ctx. No replicas, a Rate below MinLagRate, a primary that
// takes no write and a file that exists are errors.
func StartLag(ctx context.Context, config LagConfig) (*LagSampler, error) {
	now := time.Now()
	s := &LagSampler{config: config.withDefaults(), run: now.UnixNano(), started: now}
	if len(config.Replicas) == 0 {
		return nil, errors.New("lag sampler cannot start: there are no replicas")
	}
	if s.config.Rate < MinLagRate {
		return nil, fmt.Errorf("lag sampler cannot start: %d samples a second prove nothing, the least is %d", s.config.Rate, MinLagRate)
	}
	if err := s.beat(ctx, firstBeat); err != nil {
		return nil, fmt.Errorf("lag sampler cannot start: %w", err)
	}
	if config.Path != "" {
		journal, err := begin(file(config.Path), LagSchema)
		if err != nil {
			return nil, fmt.Errorf("lag sampler cannot start: %w", err)
		}
		s.journal = journal
	}
	ctx, s.cancel = context.WithCancel(ctx)
	s.running.Go(func() { s.pulse(ctx) })
	for _, name := range slices.Sorted(maps.Keys(config.Replicas)) {
		p := &probe{sampler: s, name: name, client: config.Replicas[name]}
		s.probes = append(s.probes, p)
		s.running.Go(func() { p.watch(ctx) })
	}
	return s, nil
}

func (s *LagSampler) now() time.Duration { return time.Since(s.started) }

// Finish stops sampling and gives the lag of each replica, in the order of their names; what is still asked then counts
// nowhere. It errs when ctx ends first and when the samples could not be written; calling it again errs too.
func (s *LagSampler) Finish(ctx context.Context) ([]Lag, error) {
	if s.stopped.Swap(true) {
		return nil, errors.New("the lag sampler was finished before")
	}
	watched := s.now()
	s.cancel()
	finished := make(chan struct{})
	go func() { s.running.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-ctx.Done():
		return nil, fmt.Errorf("lag samples are still in flight: %w", ctx.Err())
	}
	if s.journal != nil {
		if err := s.journal.close(); err != nil {
			return nil, fmt.Errorf("lag samples %s are incomplete: %w", s.config.Path, err)
		}
	}
	lags := make([]Lag, 0, len(s.probes))
	for _, p := range s.probes {
		lags = append(lags, p.lag(watched))
	}
	return lags, nil
}
