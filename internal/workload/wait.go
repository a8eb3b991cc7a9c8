package workload

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// push makes one write and says what may be believed about it. With Wait both commands travel in one pipeline, because WAIT
// counts the replicas that have what this connection wrote.
func (w *Writer) push(ctx context.Context, key string, seq int64) (Outcome, error) {
	if w.config.Wait == 0 {
		err := w.config.Client.RPush(ctx, key, seq).Err()
		return outcome(err), err
	}
	pipe := w.config.Client.Pipeline()
	push := pipe.RPush(ctx, key, seq)
	wait := pipe.Do(ctx, "WAIT", w.config.Wait, w.config.WaitTimeout.Milliseconds())
	_, _ = pipe.Exec(ctx) // its error is that of one of the replies, each of which is looked at
	if err := push.Err(); err != nil {
		return outcome(err), err
	}
	return confirmed(wait, w.config.Wait)
}

// confirmed reads the answer to WAIT. The primary has made the write by then, so that nothing but enough replicas makes it an
// acknowledgement, and nothing makes it a failure: an error reply is what a primary gives that is demoted meanwhile.
func confirmed(wait *redis.Cmd, want int) (Outcome, error) {
	replicas, err := wait.Int()
	switch {
	case err != nil:
		return Indeterminate, fmt.Errorf("WAIT: %w", err)
	case replicas < want:
		return Indeterminate, fmt.Errorf("WAIT: %d of %d replicas", replicas, want)
	}
	return Acked, nil
}

// canWait errs for a client that would spoil WAIT: one that spreads a pipeline over connections, or hangs up before the answer.
func (c Config) canWait() error {
	if c.Wait == 0 {
		return nil
	}
	client, ok := c.Client.(interface{ Options() *redis.Options })
	if !ok {
		return fmt.Errorf("WAIT needs a client that keeps a pipeline on one connection, %T does not promise it", c.Client)
	}
	if patience := client.Options().ReadTimeout; patience > 0 && patience <= c.WaitTimeout {
		return fmt.Errorf("its client waits %s for a reply and WAIT takes up to %s: give the client a longer read timeout, or lower WaitTimeout",
			patience, c.WaitTimeout)
	}
	return nil
}
