package workload

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// settled replaces each write without an answer by what is known of it. It may take effect at any time until the end of the
// history, or never. One that nobody read is left out: an order that holds it also holds without it. One that was read took effect
// before the first such read ended. So none stays open, and porcupine need not try each at every later moment.
func settled(ops []RegisterOp) []RegisterOp {
	first := map[int64]time.Duration{}
	for _, op := range ops {
		if !op.Write {
			end, known := first[op.Value]
			if !known || op.End < end {
				first[op.Value] = op.End
			}
		}
	}
	kept := make([]RegisterOp, 0, len(ops))
	for _, op := range ops {
		if op.Outcome == Indeterminate {
			end, read := first[op.Value]
			if !read {
				continue
			}
			op.End = max(op.Begin, end)
		}
		kept = append(kept, op)
	}
	slices.SortStableFunc(kept, func(a, b RegisterOp) int { return cmp.Compare(a.Begin, b.Begin) })
	return kept
}

// cuts parts operations behind each one that met no other: whatever came before it, the key then held the value it wrote or read,
// so that the parts can be judged one by one. Without it porcupine takes memory by the square of a run's length.
func cuts(ops []RegisterOp) (parts [][]RegisterOp) {
	from, until := 0, time.Duration(math.MinInt64)
	for i, op := range ops {
		alone := op.Begin > until && (i+1 == len(ops) || ops[i+1].Begin > op.End)
		until = max(until, op.End)
		if alone || i+1 == len(ops) {
			parts, from = append(parts, ops[from:i+1]), i+1
		}
	}
	return parts
}

// concurrent counts the operations that began before an earlier one had ended.
func concurrent(ops []RegisterOp) int {
	n, until := 0, time.Duration(math.MinInt64)
	for _, op := range ops {
		if op.Begin <= until {
			n++
		}
		until = max(until, op.End)
	}
	return n
}
