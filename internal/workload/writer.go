package workload

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Config says what a Writer writes, and how hard.
type Config struct {
	// Client must not retry (redisx.NewClient does not), and should give up a dial before OpTimeout: then a dial that hangs
	// counts as never sent, not as indeterminate.
	Client redis.UniversalClient
	// Setup asks before the first write whether the keys are free; nil: Client. It may be more patient: what it waits for is no outage.
	Setup     redis.UniversalClient
	Prefix    string        // of the keys, prefix:0 and so on, which must not exist yet; empty: w
	Workers   int           // one key each, 0: 8
	Rate      int           // acknowledged writes a second at most, 0: as fast as the server answers
	OpTimeout time.Duration // for one write, its dial included, 0: 300 ms; the resolution of gaps when a server hangs
	Backoff   time.Duration // after an error, 0: 5 ms; the resolution of gaps when a server refuses
	Path      string        // of the history file, which must not exist yet; empty: it is kept in memory

	// Wait is how many replicas must confirm a write (WAIT, on the connection of the write) before it counts as acknowledged;
	// fewer within WaitTimeout leave it indeterminate. 0: the primary's answer is the acknowledgement.
	Wait        int
	WaitTimeout time.Duration // whole milliseconds, 0: 1 s; OpTimeout starts to count behind it
}

func (c Config) withDefaults() Config {
	if c.Setup == nil {
		c.Setup = c.Client
	}
	c.Prefix = orElse(c.Prefix, "w")
	c.Workers = orElse(c.Workers, 8)
	c.OpTimeout = orElse(c.OpTimeout, 300*time.Millisecond)
	c.Backoff = orElse(c.Backoff, 5*time.Millisecond)
	c.WaitTimeout = max(time.Millisecond, orElse(c.WaitTimeout, time.Second)) // WAIT takes 0 ms for "for ever"
	if c.Wait > 0 {
		c.OpTimeout += c.WaitTimeout
	}
	return c
}

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Writer keeps writing until it is told to finish, and records each write's outcome as it happens.
type Writer struct {
	config  Config
	journal *journal
	store   store
	acked   atomic.Int64
	stopped atomic.Bool
	stop    chan struct{}
	workers sync.WaitGroup
}

// Start begins to write, until Finish or the end of ctx. A server that does not answer, keys that already hold something and a
// history that exists are errors: each would make the verdict about something else.
func Start(ctx context.Context, config Config) (*Writer, error) {
	w := &Writer{config: config.withDefaults(), store: storeAt(config.Path), stop: make(chan struct{})}
	if err := w.config.canWait(); err != nil {
		return nil, fmt.Errorf("writer cannot start: %w", err)
	}
	for _, key := range w.Keys() { // one by one, because they may live in different slots
		if err := unused(ctx, w.config.Setup, key); err != nil {
			return nil, fmt.Errorf("writer cannot start: %w", err)
		}
	}
	journal, err := begin(w.store, Schema)
	if err != nil {
		return nil, fmt.Errorf("writer cannot start: %w", err)
	}
	w.journal = journal
	for i, key := range w.Keys() {
		w.workers.Go(func() { w.write(ctx, key, i) })
	}
	return w, nil
}

// unused errs for a key that holds something, and for a server that does not answer.
func unused(ctx context.Context, client redis.UniversalClient, key string) error {
	n, err := client.Exists(ctx, key).Result()
	if err == nil && n != 0 {
		err = fmt.Errorf("key %s exists already, choose another prefix", key)
	}
	return err
}

// Keys are the keys that are written, for Readback.
func (w *Writer) Keys() []string {
	keys := make([]string, w.config.Workers)
	for i := range keys {
		keys[i] = fmt.Sprintf("%s:%d", w.config.Prefix, i)
	}
	return keys
}

// Acked is the number of acknowledged writes so far.
func (w *Writer) Acked() int64 { return w.acked.Load() }

// At is a moment of this process on the history's clock, for the Window of a fault.
func (w *Writer) At(t time.Time) time.Duration { return w.journal.at(t) }

// Finish stops the workers, waits for the writes in flight (OpTimeout at most) and closes the history. It errs when ctx ends
// first and when the history could not be written; calling it again errs too.
func (w *Writer) Finish(ctx context.Context) (History, error) {
	if w.stopped.Swap(true) {
		return History{w.store}, errors.New("the writer was finished before")
	}
	close(w.stop)
	finished := make(chan struct{})
	go func() { w.workers.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-ctx.Done():
		return History{w.store}, fmt.Errorf("writes are still in flight: %w", ctx.Err())
	}
	if err := w.journal.close(); err != nil {
		return History{w.store}, fmt.Errorf("history %s is incomplete: %w", w.store, err)
	}
	return History{w.store}, nil
}
