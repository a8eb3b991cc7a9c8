package workload

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// simulated is a run against a server that exists only here: what the clients saw, and what each list holds.
type simulated struct {
	ops   []Op
	lists map[string][]int64
}

// simulate makes n operations on k keys, one a millisecond; every operation is acknowledged and applied.
func simulate(n, k int) *simulated {
	s := &simulated{lists: map[string][]int64{}}
	for i := range n {
		key, seq := fmt.Sprintf("w:%d", i%k), int64(i/k+1)
		begin := time.Duration(i) * time.Millisecond
		s.ops = append(s.ops, Op{Key: key, Seq: seq, Begin: begin, End: begin + time.Millisecond/2, Outcome: Acked})
		s.lists[key] = append(s.lists[key], seq)
	}
	return s
}

// outcome changes what the client of operation i saw; unless it is applied, its value leaves the list.
func (s *simulated) outcome(i int, o Outcome, applied bool) {
	s.ops[i].Outcome, s.ops[i].Err = o, o.String()
	if !applied {
		s.lose(i)
	}
}

func (s *simulated) lose(i int) {
	op := s.ops[i]
	s.lists[op.Key] = slices.DeleteFunc(s.lists[op.Key], func(v int64) bool { return v == op.Seq })
}

func (s *simulated) all() iter.Seq2[Op, error] {
	return func(yield func(Op, error) bool) {
		for _, op := range s.ops {
			if !yield(op, nil) {
				return
			}
		}
	}
}

func (s *simulated) seen() *Observed {
	o := NewObserved()
	for _, op := range s.ops {
		o.Read(op.Key)
	}
	for key, list := range s.lists {
		for _, value := range list {
			o.Add(key, value)
		}
	}
	return o
}

func (s *simulated) check(w Window) Verdict { return Check(s.all(), s.seen(), w) }

// saved is the same run as a history that was written and will be read.
func (s *simulated) saved(t *testing.T) History {
	t.Helper()
	store := &memory{}
	j, err := begin(store, Schema)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range s.ops {
		j.out.Write(appendOp(nil, op)) // not add, which would stamp its own end
	}
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	return History{store}
}

// kill is the window of a fault at operation i, with traffic asked of both sides.
func kill(i int) Window {
	return Window{Name: "kill", Begin: time.Duration(i) * time.Millisecond, Need: Traffic{Before: 10, After: 10}}
}

func dice(seed int) *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), 7)) }
