package workload

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	defaultLimit    = 30 * time.Second
	mostTogether    = 10_000 // operations between two cuts; porcupine remembers sets of them, here 100 MB at worst
	leastReads      = 100    // and writes
	leastConcurrent = 20
)

// Linearizable decides by porcupine, key by key, whether one order of the operations explains everything that was read. limit
// bounds the time, 0: 30 s; what is not decided by then is Undecided. Memory is 150 bytes an operation, and what
// porcupine takes for the operations between two cuts.
func Linearizable(ops iter.Seq2[RegisterOp, error], w Window, limit time.Duration) Linearity {
	c := linearity{Linearity: Linearity{Answer: Yes, Window: w}, keys: map[string][]RegisterOp{}}
	started := time.Now()
	for op, err := range ops {
		if err != nil {
			c.doubt("the history cannot be read: %v", err)
			break
		}
		c.take(op)
	}
	c.Keys = len(c.keys)
	deadline := started.Add(orElse(limit, defaultLimit))
	for _, key := range slices.Sorted(maps.Keys(c.keys)) {
		c.decide(key, deadline)
	}
	c.Took = time.Since(started)
	return c.conclude()
}

type linearity struct {
	Linearity
	keys   map[string][]RegisterOp
	doubts []string
}

func (c *linearity) doubt(format string, args ...any) {
	if len(c.doubts) < 3 {
		c.doubts = append(c.doubts, fmt.Sprintf(format, args...))
	}
}

// take sorts one operation: a refused write did not happen, and a read without an answer says nothing.
func (c *linearity) take(op RegisterOp) {
	switch {
	case op.Outcome == Acked:
		c.Window.count(op.End, &c.Traffic)
		if op.Write {
			c.Writes++
		} else {
			c.Reads++
		}
	case op.Outcome == Indeterminate && op.Write:
		c.Indeterminate++
	default:
		return
	}
	c.keys[op.Key] = append(c.keys[op.Key], op)
}

func (c *linearity) decide(key string, deadline time.Time) {
	ops := settled(c.keys[key])
	c.Concurrent += concurrent(ops)
	start := Absent
	for _, part := range cuts(ops) {
		result, left := porcupine.Unknown, time.Until(deadline)
		if left > 0 && len(part) <= mostTogether {
			result = porcupine.CheckOperationsTimeout(register(start), events(part), left)
		}
		switch result {
		case porcupine.Illegal:
			c.Answer = No
			c.Violations = append(c.Violations, violations(key, ops)...)
			return
		case porcupine.Unknown:
			c.doubt("key %s was not decided in time: %s operations without a cut", key, grouped(len(part)))
			if c.Answer == Yes {
				c.Answer = Undecided
			}
			return
		}
		start = part[len(part)-1].Value
	}
}

// register is porcupine's model of one key that starts with this value.
func register(start int64) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			if input.(bool) {
				return true, output
			}
			return state == output, state
		},
		Hash: func(state any) uint64 { return uint64(state.(int64)) * 0x9e3779b97f4a7c15 },
	}
}

func events(ops []RegisterOp) []porcupine.Operation {
	all := make([]porcupine.Operation, len(ops))
	for i, op := range ops {
		all[i] = porcupine.Operation{ClientId: op.Client, Input: op.Write, Output: op.Value, Call: int64(op.Begin), Return: int64(op.End)}
	}
	return all
}

func (c *linearity) conclude() Linearity {
	c.Violations = c.Violations[:min(len(c.Violations), examples)]
	if lacks := c.Window.lacks(c.Traffic, "acknowledged operations"); lacks != "" {
		c.doubts = append(c.doubts, lacks)
	}
	for _, part := range []struct {
		seen, need int
		what       string
	}{{c.Reads, leastReads, "answered reads"}, {c.Writes, leastReads, "acknowledged writes"}, {c.Concurrent, leastConcurrent, "operations that met another"}} {
		if part.seen < part.need {
			c.doubts = append(c.doubts, fmt.Sprintf("only %s %s, need %s", grouped(part.seen), part.what, grouped(part.need)))
		}
	}
	if len(c.doubts) > 0 {
		c.Assumptions = errors.New(strings.Join(c.doubts, "; "))
	}
	return c.Linearity
}
