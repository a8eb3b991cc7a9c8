package workload

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// readPage is how many values one LRANGE asks for.
const readPage = 10_000

// Readback reads every value of the keys, in the server's order. Any error reply, and a list that shrinks while it is read, is
// an error: half an answer must not look like loss. A key that is gone is an answer, it holds nothing.
func Readback(ctx context.Context, client redis.UniversalClient, keys []string) (*Observed, error) {
	seen := NewObserved()
	for _, key := range keys {
		seen.Read(key)
		if err := readKey(ctx, client, keyReader{key, seen}); err != nil {
			return nil, fmt.Errorf("key %s cannot be read back: %w", key, err)
		}
	}
	return seen, nil
}

type keyReader struct {
	key  string
	seen *Observed
}

func readKey(ctx context.Context, client redis.UniversalClient, r keyReader) error {
	for from := int64(0); ; from += readPage {
		page, err := client.LRange(ctx, r.key, from, from+readPage-1).Result()
		if err != nil {
			return err
		}
		for _, text := range page {
			r.add(text)
		}
		if len(page) == readPage {
			continue
		}
		read := from + int64(len(page))
		length, err := client.LLen(ctx, r.key).Result()
		if err != nil {
			return fmt.Errorf("it held %d values and then: %w", read, err)
		}
		if length < read {
			return fmt.Errorf("it held %d values and then %d", read, length)
		}
		return nil
	}
}

// add takes a value as the writer writes it; "007" is a stranger, not a 7.
func (r keyReader) add(text string) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(value, 10) != text {
		r.seen.AddStranger(r.key, text)
		return
	}
	r.seen.Add(r.key, value)
}
