package workload

import (
	"fmt"
	"math"
)

// examples is how many odd values a verdict shows.
const examples = 5

// compare walks through one key as it was read back.
//
// A promised value stands out of order when a value written after it comes before it: that write had not even begun when the
// promise was made. A value without a promise may come late, its connection may have outlived the client's patience.
func (c *checker) compare(key string, seen *Observed) {
	l := c.of(key)
	newest := int64(math.MinInt64)
	for value := range seen.Values(key) {
		promised, maybe := l.acked.has(value), l.maybe.has(value)
		if !promised && !maybe {
			c.phantom(key, value)
			continue
		}
		if !l.found.set(value) {
			c.verdict.Duplicates++
			c.example("key %s holds %d once more", key, value)
			continue
		}
		if maybe {
			c.verdict.IndeterminateApplied++
		} else if value < newest {
			c.verdict.Reordered++
			c.example("key %s holds %d behind %d", key, value, newest)
		}
		newest = max(newest, value)
	}
	for _, value := range seen.keys[key].strangers {
		c.verdict.Phantom++
		c.example("key %s holds %q", key, value)
	}
}

func (c *checker) phantom(key string, value int64) {
	c.verdict.Phantom++
	if c.of(key).refused.has(value) {
		c.example("key %s holds %d, which was refused", key, value)
		return
	}
	c.example("key %s holds %d, which was never written", key, value)
}

func (c *checker) example(format string, args ...any) {
	if len(c.verdict.Examples) < examples {
		c.verdict.Examples = append(c.verdict.Examples, fmt.Sprintf(format, args...))
	}
}
