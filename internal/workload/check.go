package workload

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// Check holds what was read back against what was promised. It is a pure function of its arguments; ops is ranged over once,
// and once more when something is lost, to date the losses. Memory is four bits an operation and the runs of seen.
//
// It relies on one writer per key at a time and on operations in the order of their ends, as a Writer leaves them, and says so
// in Assumptions when that does not hold.
func Check(ops iter.Seq2[Op, error], seen *Observed, w Window) Verdict {
	c := checker{verdict: Verdict{Window: w}, gaps: gaps{window: w}, keys: map[string]*ledger{}}
	for op, err := range ops {
		if err != nil {
			c.doubt("the history cannot be read: %v", err)
			break
		}
		c.promise(op)
	}
	if c.gaps.open {
		c.gaps.close(c.end)
	}
	for _, key := range seen.sorted() {
		c.compare(key, seen)
	}
	for _, key := range slices.Sorted(maps.Keys(c.keys)) {
		if seen.keys[key] == nil {
			c.doubt("key %s was written and never read back", key)
		}
	}
	if c.verdict.Lost = c.lost(); c.verdict.Lost > 0 {
		c.date(ops)
	}
	return c.conclude()
}

// checker is the state of one Check.
type checker struct {
	verdict Verdict
	gaps    gaps
	keys    map[string]*ledger
	end     time.Duration // of the latest operation
	doubts  []string
}

// ledger is what is known of one key.
type ledger struct {
	acked, maybe, refused *bitset
	found                 *bitset       // of what was read back, the values that were ever written
	last                  int64         // value written last
	until                 time.Duration // end of that write
}

func (c *checker) of(key string) *ledger {
	l := c.keys[key]
	if l == nil {
		l = &ledger{acked: newBits(), maybe: newBits(), refused: newBits(), found: newBits()}
		c.keys[key] = l
	}
	return l
}

// doubt notes a reason why the verdict may mean nothing; a handful is enough to know.
func (c *checker) doubt(format string, args ...any) {
	if len(c.doubts) < 3 {
		c.doubts = append(c.doubts, fmt.Sprintf(format, args...))
	}
}

// promise takes in one operation.
func (c *checker) promise(op Op) {
	l := c.of(op.Key)
	switch {
	case op.Seq <= l.last:
		c.doubt("key %s: value %d was written after %d", op.Key, op.Seq, l.last)
	case op.Begin < l.until:
		c.doubt("key %s: value %d was begun before %d had ended, so their order is open", op.Key, op.Seq, l.last)
	case op.End < c.end:
		c.doubt("key %s: value %d is not in the order of the ends", op.Key, op.Seq)
	}
	if c.verdict.Window.meets(op) {
		c.verdict.Tried++
	}
	l.last, l.until, c.end = max(l.last, op.Seq), op.End, max(c.end, op.End)
	c.gaps.start(op.Begin)
	switch op.Outcome {
	case Acked:
		c.verdict.Acked++
		l.acked.set(op.Seq)
		c.gaps.close(op.End)
		c.verdict.Window.count(op.End, &c.verdict.Traffic)
	case Failed:
		c.verdict.Failed++
		l.refused.set(op.Seq)
	default:
		c.verdict.Indeterminate++
		l.maybe.set(op.Seq)
	}
}

func (c *checker) lost() int {
	lost := 0
	for _, l := range c.keys {
		lost += l.acked.size
		for n, page := range l.found.pages {
			lost -= l.acked.common(n, page)
		}
	}
	return lost
}

// date finds the first and the last loss; operations come in the order of their ends.
func (c *checker) date(ops iter.Seq2[Op, error]) {
	v := &c.verdict
	first := true
	for op, err := range ops {
		if err != nil {
			break
		}
		if op.Outcome != Acked || c.of(op.Key).found.has(op.Seq) {
			continue
		}
		v.LastLost = Loss{op.Key, op.Seq, op.End}
		if first {
			first, v.FirstLost = false, v.LastLost
		}
	}
	v.LossWindow = v.LastLost.At - v.FirstLost.At
}

func (c *checker) conclude() Verdict {
	v := &c.verdict
	v.Outage, v.LongestGap = c.gaps.outage, c.gaps.longest
	if lacks := v.Window.lacks(v.Traffic, "acknowledged writes"); lacks != "" {
		c.doubts = append(c.doubts, lacks)
	}
	if v.Window.End > v.Window.Begin && v.Tried == 0 {
		c.doubts = append(c.doubts, fmt.Sprintf("no write was tried during the %s", v.Window.name()))
	}
	if len(c.doubts) > 0 {
		v.Assumptions = errors.New(strings.Join(c.doubts, "; "))
	}
	return *v
}
