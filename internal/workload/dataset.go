package workload

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/redis/go-redis/v9"
)

// Dataset is a number of keys whose values can be computed again at any time, so that nothing needs to be remembered to prove
// that they survived.
type Dataset struct {
	Prefix string // of the keys; nothing else may use it
	Keys   int
	Size   int    // bytes of each value
	Seed   uint64 // another seed gives other values for the same keys
}

// batch bounds one pipeline, in commands and in bytes of values.
const (
	batchKeys  = 1000
	batchBytes = 4 << 20
)

func (d Dataset) batch() int { return max(1, min(batchKeys, batchBytes/max(1, d.Size))) }

func (d Dataset) key(i int) string { return fmt.Sprintf("%s:%d", d.Prefix, i) }

// value is incompressible, so that it takes as much room in an RDB file as in memory.
func (d Dataset) value(i int) string {
	source := rand.NewPCG(d.Seed, uint64(i))
	out := make([]byte, 0, d.Size+8)
	for len(out) < d.Size {
		word := source.Uint64()
		for range 8 {
			out = append(out, byte(word))
			word >>= 8
		}
	}
	return string(out[:d.Size])
}

// Store writes the whole dataset; each write is acknowledged when it returns nil.
func (d Dataset) Store(ctx context.Context, client redis.UniversalClient) error {
	for from := 0; from < d.Keys; from += d.batch() {
		pipe := client.Pipeline()
		for i := from; i < min(from+d.batch(), d.Keys); i++ {
			pipe.Set(ctx, d.key(i), d.value(i), 0)
		}
		if _, err := pipe.Exec(ctx); err != nil {
			return fmt.Errorf("dataset %s cannot be stored, keys %d and on: %w", d.Prefix, from, err)
		}
	}
	return nil
}
