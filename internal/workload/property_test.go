package workload

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// damage does something at random to a run.
func damage(s *simulated, r *rand.Rand) {
	for range r.IntN(30) {
		i := r.IntN(len(s.ops))
		key := s.ops[i].Key
		list := s.lists[key]
		switch r.IntN(7) {
		case 0:
			s.lose(i)
		case 1:
			s.outcome(i, Failed, r.IntN(3) == 0)
		case 2:
			s.outcome(i, Indeterminate, r.IntN(2) == 0)
		case 3: // out of order
			if len(list) > 1 {
				a, b := r.IntN(len(list)), r.IntN(len(list))
				list[a], list[b] = list[b], list[a]
			}
		case 4: // once more
			s.lists[key] = slices.Insert(list, r.IntN(len(list)+1), s.ops[i].Seq)
		case 5: // never written
			s.lists[key] = slices.Insert(list, r.IntN(len(list)+1), int64(r.IntN(5000)-100))
		case 6: // a suffix
			s.lists[key] = list[:r.IntN(len(list)+1)]
		}
	}
}

// judged counts by the definitions, at any cost, from the times of the operations and not from their numbers.
func judged(s *simulated) (v Verdict) {
	for _, op := range s.ops {
		switch op.Outcome {
		case Acked:
			if v.Acked++; !slices.Contains(s.lists[op.Key], op.Seq) {
				v.Lost++
			}
		case Failed:
			v.Failed++
		case Indeterminate:
			if v.Indeterminate++; slices.Contains(s.lists[op.Key], op.Seq) {
				v.IndeterminateApplied++
			}
		}
	}
	for key, list := range s.lists {
		var before []Op
		for i, value := range list {
			at := slices.IndexFunc(s.ops, func(op Op) bool { return op.Key == key && op.Seq == value })
			switch {
			case at < 0 || s.ops[at].Outcome == Failed:
				v.Phantom++
			case slices.Contains(list[:i], value):
				v.Duplicates++
			default:
				op := s.ops[at]
				if op.Outcome == Acked && slices.ContainsFunc(before, func(b Op) bool { return b.Begin > op.End }) {
					v.Reordered++
				}
				before = append(before, op)
			}
		}
	}
	return v
}

func TestCheckSaysExactlyWhatHappened(t *testing.T) {
	for seed := range 400 {
		r := dice(seed)
		s := simulate(200+r.IntN(400), 1+r.IntN(5))
		damage(s, r)
		v, want := s.check(kill(100)), judged(s)
		got := Verdict{Acked: v.Acked, Lost: v.Lost, Failed: v.Failed, Indeterminate: v.Indeterminate,
			IndeterminateApplied: v.IndeterminateApplied, Phantom: v.Phantom, Reordered: v.Reordered, Duplicates: v.Duplicates}
		if got.String() != want.String() || got.Acked != want.Acked {
			t.Fatalf("seed %d:\n got %s\nwant %s", seed, got, want)
		}
	}
}

func TestASavedHistoryIsJudgedTheSame(t *testing.T) {
	for seed := range 50 {
		r := dice(seed)
		s := simulate(500, 3)
		damage(s, r)
		seen := s.seen()
		seen.AddStranger("w:0", "b\"o\n\xffo")
		h := s.saved(t)
		if err := h.Conclude(kill(250), seen); err != nil {
			t.Fatal(err)
		}
		direct := Check(s.all(), seen, kill(250))
		again, err := h.Judge()
		direct.Examples, again.Examples = nil, nil // the stranger's invalid UTF-8 does not survive JSON
		if err != nil || again.String() != direct.String() || again.FirstLost != direct.FirstLost || again.Window != direct.Window {
			t.Fatalf("seed %d, %v:\n file %s\n live %s", seed, err, again, direct)
		}
	}
}
