package workload

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// alone is how many turns of a key make a round; its last turn is one client's alone, for Linearizable to cut there.
const alone = 8

// work makes one operation per slot of the clock. All clients have the same slots and turn to the same key in each, so that
// operations meet although they are few; a client that comes late passes over the slots it missed.
func (r *Registers) work(ctx context.Context, client int, start time.Time) {
	slot := time.Second * time.Duration(r.config.Clients) / time.Duration(r.config.Rate)
	for n := 0; pause(ctx, r.stop, time.Until(start.Add(slot*time.Duration(n)))); n = max(n+1, int(time.Since(start)/slot)) {
		key, turn := n%r.config.Keys, n/r.config.Keys
		if turn%alone == alone-1 && client != 0 {
			continue
		}
		op := RegisterOp{Key: r.key(key), Client: client}
		if rand.IntN(2) == 0 {
			r.write(ctx, op, r.next[key].Add(1))
		} else {
			r.read(ctx, op)
		}
	}
}

func (r *Registers) write(ctx context.Context, op RegisterOp, value int64) {
	ctx, cancel := context.WithTimeout(ctx, r.config.OpTimeout)
	defer cancel()
	op.Write, op.Value, op.Begin = true, value, r.journal.at(time.Now())
	err := r.config.Client.Set(ctx, op.Key, value, 0).Err()
	r.record(op, err)
}

func (r *Registers) read(ctx context.Context, op RegisterOp) {
	ctx, cancel := context.WithTimeout(ctx, r.config.OpTimeout)
	defer cancel()
	op.Begin = r.journal.at(time.Now())
	text, err := r.config.Reads.Get(ctx, op.Key).Result()
	switch {
	case errors.Is(err, redis.Nil):
		op.Value, err = Absent, nil
	case err == nil:
		if op.Value = valueOf(text); op.Value == Strange {
			op.Err = "read " + strconv.Quote(text)
		}
	}
	r.record(op, err)
}

// valueOf takes a value as a client writes it; "007" is strange, not a 7.
func valueOf(text string) int64 {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < 1 || strconv.FormatInt(value, 10) != text {
		return Strange
	}
	return value
}

func (r *Registers) record(op RegisterOp, err error) {
	op.Outcome = outcome(err)
	switch {
	case err != nil:
		op.Err = err.Error()
	case op.Write:
		r.writes.Add(1)
	default:
		r.reads.Add(1)
	}
	r.journal.note(func(line []byte, at time.Duration) []byte {
		op.End = at
		return appendRegisterOp(line, op)
	})
}
