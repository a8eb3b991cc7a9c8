package workload

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// about is everything that happened to one value of a key.
type about struct {
	value       int64
	write       *RegisterOp // nil: the value was never written
	done        RegisterOp  // the operation that ended first: from then on the key has held the value
	latest      RegisterOp  // the operation that began last: until then the key still held it
	first, last time.Duration
}

// violations names the first few operations of a key that no order explains.
func violations(key string, ops []RegisterOp) []string {
	all := contradictions(byValue(ops))
	if len(all) == 0 {
		all = []string{fmt.Sprintf("no order of its %s operations explains what was read", grouped(len(ops)))}
	}
	for i := range all {
		all[i] = fmt.Sprintf("key %s: %s", key, all[i])
	}
	return all
}

// contradictions finds up to two. Values are unique, so a key holds each for one stretch of time, from before the first operation
// on it ends until after the last one begins; of two values, each stretch cannot begin before the other one ends.
func contradictions(values []about) (all []string) {
	for i, old := range values {
		odd := old.odd()
		for j := i + 1; odd == "" && j < len(values); j++ {
			if young := values[j]; young.odd() == "" && old.first < young.last && young.first < old.last {
				odd = contradiction(old, young)
			}
		}
		if odd != "" {
			all = append(all, odd)
		}
		if len(all) == 2 {
			break
		}
	}
	return all
}

// byValue sorts by the time at which a value was certainly there.
func byValue(ops []RegisterOp) []about {
	known := map[int64]*about{Absent: {value: Absent, first: -1, last: -1}}
	for i, op := range ops {
		v := known[op.Value]
		if v == nil {
			v = &about{value: op.Value, done: op, latest: op, first: op.End, last: op.Begin}
			known[op.Value] = v
		}
		if op.End < v.first || op.End == v.first && v.done.Outcome == Indeterminate { // see settled: its end is that of a read
			v.done, v.first = op, op.End
		}
		if op.Begin > v.last {
			v.latest, v.last = op, op.Begin
		}
		if op.Write {
			v.write = &ops[i]
		}
	}
	sorted := make([]about, 0, len(known))
	for _, v := range slices.SortedFunc(maps.Values(known), func(a, b *about) int { return cmp.Compare(a.first, b.first) }) {
		sorted = append(sorted, *v)
	}
	return sorted
}

// odd says what is wrong with a value whatever the others are.
func (v about) odd() string {
	switch {
	case v.value == Absent:
	case v.value == Strange:
		return fmt.Sprintf("%s at %s, which no client wrote", orElse(v.done.Err, "read a strange value"), moment(v.done.End))
	case v.write == nil:
		return fmt.Sprintf("read %d at %s, which was never written, or refused", v.value, moment(v.done.End))
	case !v.done.Write && v.first < v.write.Begin:
		return fmt.Sprintf("read %d at %s before its write began at %s", v.value, moment(v.done.End), moment(v.write.Begin))
	}
	return ""
}

// contradiction words why the old value cannot have been there any more, for example
// "read 41 at 1.203 s after 42 was acknowledged at 1.180 s (41 was acknowledged at 1.101 s, before 42 was begun at 1.179 s)".
func contradiction(old, young about) string {
	text := fmt.Sprintf("%s after %s", late(old.latest), ended(young.done))
	if old.value == Absent {
		return text
	}
	return fmt.Sprintf("%s (%s, before %s)", text, ended(old.done), began(young.latest))
}

func late(op RegisterOp) string {
	if op.Value == Absent {
		return "read nothing at " + moment(op.Begin)
	}
	return fmt.Sprintf("read %d at %s", op.Value, moment(op.Begin))
}

func began(op RegisterOp) string {
	if op.Write {
		return fmt.Sprintf("%d was begun at %s", op.Value, moment(op.Begin))
	}
	return fmt.Sprintf("%d was read at %s", op.Value, moment(op.Begin))
}

func ended(op RegisterOp) string {
	if op.Write {
		return fmt.Sprintf("%d was acknowledged at %s", op.Value, moment(op.End))
	}
	return fmt.Sprintf("%d had been read at %s", op.Value, moment(op.End))
}

// moment is a time on the history's clock; Human is too coarse for two that are close.
func moment(t time.Duration) string { return fmt.Sprintf("%.6f s", t.Seconds()) }
