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

// RegisterConfig says which clients read and write, and how often.
type RegisterConfig struct {
	Client    redis.UniversalClient // must not retry (redisx.NewClient does not)
	Reads     redis.UniversalClient // for GET; nil: Client
	Prefix    string                // of the keys, prefix:0 and so on, which must not exist yet; empty: r
	Keys      int                   // 0: 8
	Clients   int                   // which all work on the same key at the same time, 0: 4
	Rate      int                   // operations a second of all clients together at most, 0: 400
	OpTimeout time.Duration         // for one operation, its dial included, 0: 300 ms
	Path      string                // of the history file, which must not exist yet; empty: it is kept in memory
}

func (c RegisterConfig) withDefaults() RegisterConfig {
	if c.Reads == nil {
		c.Reads = c.Client
	}
	c.Prefix = orElse(c.Prefix, "r")
	c.Keys = orElse(c.Keys, 8)
	c.Clients = orElse(c.Clients, 4)
	c.Rate = orElse(c.Rate, 400)
	c.OpTimeout = orElse(c.OpTimeout, 300*time.Millisecond)
	return c
}

// Registers keeps reading and writing a few shared keys until it is told to finish.
type Registers struct {
	config  RegisterConfig
	journal *journal
	store   store
	next    []atomic.Int64 // the value last written to each key
	reads   atomic.Int64
	writes  atomic.Int64
	stopped atomic.Bool
	stop    chan struct{}
	clients sync.WaitGroup
}

// StartRegisters begins to read and write, until Finish or the end of ctx. A server that does not answer, keys that already exist
// and a history that exists are errors.
func StartRegisters(ctx context.Context, config RegisterConfig) (*Registers, error) {
	r := &Registers{config: config.withDefaults(), store: storeAt(config.Path), stop: make(chan struct{})}
	r.next = make([]atomic.Int64, r.config.Keys)
	for i := range r.next {
		if err := unused(ctx, r.config.Client, r.key(i)); err != nil {
			return nil, fmt.Errorf("registers cannot start: %w", err)
		}
	}
	journal, err := begin(r.store, RegisterSchema)
	if err != nil {
		return nil, fmt.Errorf("registers cannot start: %w", err)
	}
	r.journal = journal
	start := time.Now()
	for client := range r.config.Clients {
		r.clients.Go(func() { r.work(ctx, client, start) })
	}
	return r, nil
}

func (r *Registers) key(i int) string { return fmt.Sprintf("%s:%d", r.config.Prefix, i) }

// Answered is the number of acknowledged writes or answered reads so far, whichever is less.
func (r *Registers) Answered() int64 { return min(r.reads.Load(), r.writes.Load()) }

// At is a moment of this process on the history's clock, for the Window of a fault.
func (r *Registers) At(t time.Time) time.Duration { return r.journal.at(t) }

// Finish stops the clients, waits for the operations in flight (OpTimeout at most) and closes the history. It errs when ctx
// ends first and when the history could not be written; calling it again errs too.
func (r *Registers) Finish(ctx context.Context) (RegisterHistory, error) {
	h := RegisterHistory{r.store}
	if r.stopped.Swap(true) {
		return h, errors.New("the registers were finished before")
	}
	close(r.stop)
	finished := make(chan struct{})
	go func() { r.clients.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-ctx.Done():
		return h, fmt.Errorf("operations are still in flight: %w", ctx.Err())
	}
	if err := r.journal.close(); err != nil {
		return h, fmt.Errorf("history %s is incomplete: %w", r.store, err)
	}
	return h, nil
}
