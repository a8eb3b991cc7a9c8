package workload

import (
	"context"
	"time"
)

// write appends 1, 2, 3 … to one key, each value once and one after the other, until the writer stops. No other worker writes
// this key, so the order of its values in the list is known. Workers start spread over one interval.
func (w *Writer) write(ctx context.Context, key string, index int) {
	var interval time.Duration
	if w.config.Rate > 0 {
		interval = time.Second * time.Duration(w.config.Workers) / time.Duration(w.config.Rate)
	}
	slot := time.Now().Add(interval * time.Duration(index) / time.Duration(w.config.Workers))
	for seq := int64(1); w.pause(ctx, time.Until(slot)); seq++ {
		slot = slot.Add(interval)
		if err := w.attempt(ctx, key, seq); err != nil {
			slot = later(slot, time.Now().Add(w.config.Backoff))
		}
		slot = later(slot, time.Now().Add(-interval)) // after a stall, no burst to make up for more than one slot
	}
}

// attempt makes one attempt and records what came of it.
func (w *Writer) attempt(ctx context.Context, key string, seq int64) error {
	ctx, cancel := context.WithTimeout(ctx, w.config.OpTimeout)
	defer cancel()
	op := Op{Key: key, Seq: seq, Begin: w.journal.at(time.Now())}
	var err error
	op.Outcome, err = w.push(ctx, key, seq)
	if err != nil {
		op.Err = err.Error()
	} else {
		w.acked.Add(1)
	}
	w.journal.add(op)
	return err
}

// pause waits, or says that it is time to stop.
func (w *Writer) pause(ctx context.Context, d time.Duration) bool { return pause(ctx, w.stop, d) }

func pause(ctx context.Context, stop <-chan struct{}, d time.Duration) bool {
	select {
	case <-stop:
		return false
	case <-ctx.Done():
		return false
	default:
	}
	if d <= 0 {
		return true
	}
	select {
	case <-stop:
		return false
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
