package workload

import (
	"iter"
	"slices"
	"strings"
	"testing"
	"time"
)

const ms = time.Millisecond

func wrote(value int64, begin, end time.Duration) RegisterOp {
	return RegisterOp{Key: "r:0", Write: true, Value: value, Begin: begin, End: end, Outcome: Acked}
}

func saw(value int64, begin, end time.Duration) RegisterOp {
	return RegisterOp{Key: "r:0", Value: value, Begin: begin, End: end, Outcome: Acked}
}

func with(op RegisterOp, o Outcome) RegisterOp {
	op.Outcome = o
	return op
}

func sequence(ops []RegisterOp) iter.Seq2[RegisterOp, error] {
	return func(yield func(RegisterOp, error) bool) {
		for _, op := range ops {
			if !yield(op, nil) {
				return
			}
		}
	}
}

func TestWhatNoOrderExplains(t *testing.T) {
	for name, c := range map[string]struct {
		ops  []RegisterOp
		want string // empty: linearizable
	}{
		"a healthy run":                  {[]RegisterOp{saw(Absent, 0, ms), wrote(1, 2*ms, 3*ms), saw(1, 4*ms, 5*ms), wrote(2, 6*ms, 9*ms), saw(1, 7*ms, 8*ms), saw(2, 8*ms, 9*ms)}, ""},
		"a stale read":                   {[]RegisterOp{wrote(41, 1100*ms, 1101*ms), wrote(42, 1179*ms, 1180*ms), saw(41, 1203*ms, 1204*ms)}, "key r:0: read 41 at 1.203000 s after 42 was acknowledged at 1.180000 s (41 was acknowledged at 1.101000 s, before 42 was begun at 1.179000 s)"},
		"a lost write":                   {[]RegisterOp{wrote(1, 0, ms), wrote(2, 2*ms, 3*ms), saw(2, 4*ms, 5*ms), saw(1, 6*ms, 7*ms)}, "read 1 at 0.006000 s after 2 was acknowledged at 0.003000 s (1 was acknowledged at 0.001000 s, before 2 was read at 0.004000 s)"},
		"everything is lost":             {[]RegisterOp{wrote(1, 0, ms), saw(Absent, 2*ms, 3*ms)}, "read nothing at 0.002000 s after 1 was acknowledged at 0.001000 s"},
		"a phantom":                      {[]RegisterOp{wrote(1, 0, ms), saw(9, 2*ms, 3*ms)}, "read 9 at 0.003000 s, which was never written, or refused"},
		"a strange value":                {[]RegisterOp{saw(Strange, 2*ms, 3*ms)}, "read a strange value at 0.003000 s, which no client wrote"},
		"a refused write that is there":  {[]RegisterOp{with(wrote(1, 0, ms), Failed), saw(1, 2*ms, 3*ms)}, "read 1 at 0.003000 s, which was never written, or refused"},
		"a value from the future":        {[]RegisterOp{saw(1, 0, ms), wrote(1, 2*ms, 3*ms)}, "read 1 at 0.001000 s before its write began at 0.002000 s"},
		"new and then old, both at work": {[]RegisterOp{wrote(1, 0, ms), wrote(2, 2*ms, 90*ms), saw(2, 3*ms, 4*ms), saw(1, 5*ms, 6*ms)}, "read 1 at 0.005000 s after 2 had been read at 0.004000 s"},
		"a refused write that is not":    {[]RegisterOp{with(wrote(1, 0, ms), Failed), saw(Absent, 2*ms, 3*ms)}, ""},
		"no answer, never applied":       {[]RegisterOp{with(wrote(1, 0, ms), Indeterminate), saw(Absent, 2*ms, 3*ms)}, ""},
		"no answer, applied at once":     {[]RegisterOp{with(wrote(1, 0, ms), Indeterminate), saw(1, 2*ms, 3*ms)}, ""},
		"no answer, applied late":        {[]RegisterOp{with(wrote(1, 0, ms), Indeterminate), wrote(2, 2*ms, 3*ms), saw(2, 4*ms, 5*ms), saw(1, 6*ms, 7*ms)}, ""},
		"no answer, applied and undone":  {[]RegisterOp{with(wrote(1, 0, ms), Indeterminate), saw(1, 2*ms, 3*ms), saw(Absent, 4*ms, 5*ms)}, "read nothing at 0.004000 s after 1 had been read at 0.003000 s"},
		"no answer, applied twice":       {[]RegisterOp{with(wrote(1, 0, ms), Indeterminate), saw(1, 2*ms, 3*ms), wrote(2, 4*ms, 5*ms), saw(1, 6*ms, 7*ms)}, "read 1 at 0.006000 s after 2 was acknowledged"},
		"a read without an answer":       {[]RegisterOp{wrote(1, 0, ms), with(saw(Absent, 2*ms, 3*ms), Indeterminate), with(saw(Absent, 2*ms, 3*ms), Failed)}, ""},
	} {
		l := Linearizable(sequence(c.ops), Window{}, 0)
		if want := map[bool]Answer{true: Yes, false: No}[c.want == ""]; l.Answer != want || !strings.Contains(strings.Join(l.Violations, "; "), c.want) {
			t.Errorf("%s: %s", name, l)
		}
	}
}

// lived is a run of clients on one true register; each operation takes effect once between its begin and its end.
func lived(n, seed int) []RegisterOp {
	r := dice(seed)
	type step struct {
		op int
		at time.Duration
	}
	ops, steps := make([]RegisterOp, n), make([]step, n)
	for i := range ops {
		begin := time.Duration(i/4*10+r.IntN(8)) * ms
		ops[i] = saw(Absent, begin, begin+time.Duration(1+r.IntN(9))*ms)
		if r.IntN(2) == 0 {
			ops[i] = wrote(int64(i+1), ops[i].Begin, ops[i].End)
		}
		steps[i] = step{i, ops[i].Begin + time.Duration(r.Int64N(int64(ops[i].End-ops[i].Begin)))}
		if ops[i].Write && r.IntN(10) == 0 { // no answer, and yet it comes to pass, perhaps much later
			ops[i].Outcome, steps[i].at = Indeterminate, steps[i].at+time.Duration(r.IntN(100))*ms
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return int(a.at - b.at) })
	value := Absent
	for _, s := range steps {
		if ops[s.op].Write {
			value = ops[s.op].Value
		} else {
			ops[s.op].Value = value
		}
	}
	return ops
}

func TestATrueRegisterIsLinearizableAndPorcupineAgreesWithTheContradictions(t *testing.T) {
	no := 0
	for seed := range 600 {
		ops := lived(60, seed)
		if l := Linearizable(sequence(ops), Window{}, 0); l.Answer != Yes {
			t.Fatalf("seed %d: %s", seed, l)
		}
		r := dice(seed)
		for range 1 + r.IntN(3) {
			if i := r.IntN(len(ops)); !ops[i].Write {
				ops[i].Value = int64(max(0, i+r.IntN(12)-10))
			}
		}
		l := Linearizable(sequence(ops), Window{}, 0)
		found := contradictions(byValue(settled(ops)))
		if l.Answer == No {
			no++
		}
		if (l.Answer == No) != (len(found) > 0) {
			t.Fatalf("seed %d: %s, contradictions: %v", seed, l, found)
		}
	}
	if no < 100 || no > 590 {
		t.Errorf("%d of 600 damaged runs are not linearizable: this test shows little", no)
	}
}

func TestWhatLinearityRestsOn(t *testing.T) {
	whole := lived(2000, 1)
	reads := slices.DeleteFunc(slices.Clone(whole), func(op RegisterOp) bool { return op.Write })
	var apart []RegisterOp
	for i := range 400 {
		at := time.Duration(i) * ms
		apart = append(apart, wrote(int64(i+1), at, at+ms/4), saw(int64(i+1), at+ms/3, at+ms/2))
	}
	for want, l := range map[string]Linearity{
		"only 0 operations that met another, need 20":            Linearizable(sequence(apart), Window{}, 0),
		"only 0 acknowledged writes, need 100":                   Linearizable(sequence(reads), Window{}, 0),
		"only 0 acknowledged writes, need 100; only 0 oper":      Linearizable(sequence(nil), Window{}, 0),
		"key r:0 was not decided in time":                        Linearizable(sequence(whole), Window{}, 1),
		"only 0 acknowledged operations after the kill, need 10": Linearizable(sequence(whole), kill(100_000), 0),
	} {
		if l.Assumptions == nil || !strings.Contains(l.Assumptions.Error(), want) || !strings.HasPrefix(l.String(), "invalid: ") {
			t.Errorf("want %q, got %s", want, l)
		}
	}
	if l := Linearizable(sequence(whole), Window{}, 1); l.Answer != Undecided {
		t.Error(l)
	}
	if l := Linearizable(sequence(whole), kill(2500), 0); l.Assumptions != nil || l.Answer != Yes {
		t.Error(l)
	}
	if got := Linearizable(sequence(whole), Window{}, 0).String(); !strings.HasPrefix(got, "linearizable: ") || !strings.Contains(got, " writes indeterminate") {
		t.Error(got)
	}
}

func TestALongRunIsDecidedQuickly(t *testing.T) {
	var ops []RegisterOp
	for i := range 20 { // 100,000 operations, with a cut behind each 5,000
		shift := time.Duration(i) * time.Minute
		for _, op := range lived(5000, i) {
			op.Value, op.Begin, op.End = op.Value+int64(i)*10_000, op.Begin+shift, op.End+shift
			if op.Value%10_000 == 0 { // what was there before
				op.Value = int64(max(1, i)) * 10_000 * min(1, int64(i))
			}
			ops = append(ops, op)
		}
		ops = append(ops, wrote(int64(i+1)*10_000, shift+50*time.Second, shift+50*time.Second))
	}
	l := Linearizable(sequence(ops), Window{}, 0)
	if l.Answer != Yes || l.Assumptions != nil {
		t.Error(l)
	}
	t.Logf("%d operations in %s", l.Reads+l.Writes, l.Took)
}
