package workload

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAServerThatKeepsEverything(t *testing.T) {
	v := simulate(4812, 8).check(kill(2000))
	if v.Acked != 4812 || v.Lost+v.Phantom+v.Reordered+v.Duplicates+v.Indeterminate+v.Failed != 0 || v.Assumptions != nil {
		t.Errorf("%+v", v)
	}
	if got, want := v.String(), "kept all 4,812 acknowledged writes; outage 1.0 ms"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestAServerThatLosesASuffix(t *testing.T) {
	s := simulate(4812, 8)
	for i := 2000 - 57; i < 2000; i++ {
		s.lose(i)
	}
	v := s.check(kill(2000))
	if v.Lost != 57 || v.FirstLost != (Loss{"w:7", 243, s.ops[1943].End}) || v.LastLost != (Loss{"w:7", 250, s.ops[1999].End}) {
		t.Errorf("%+v", v)
	}
	if v.LossWindow != 56*time.Millisecond || v.Exposure() != 2000*time.Millisecond-s.ops[1943].End {
		t.Errorf("loss window %s, exposure %s", v.LossWindow, v.Exposure())
	}
	want := "lost 57 of 4,812 acknowledged writes; the first was acknowledged 56 ms before the kill (key w:7 value 243), " +
		"the last 500 µs before it; outage 1.0 ms"
	if v.String() != want {
		t.Errorf("got %s", v)
	}
}

func TestAServerThatLosesAHole(t *testing.T) {
	s := simulate(1000, 4)
	s.lose(100)
	v := s.check(kill(500))
	if v.Lost != 1 || v.FirstLost != v.LastLost || v.LossWindow != 0 || v.Reordered != 0 {
		t.Errorf("%+v", v)
	}
	if want := "lost 1 of 1,000 acknowledged writes; it was acknowledged 399 ms before the kill (key w:0 value 26); "; !strings.HasPrefix(v.String(), want) {
		t.Errorf("got %s", v)
	}
}

func TestAServerThatLosesWhatCameAfterTheFault(t *testing.T) {
	s := simulate(1000, 4)
	for i := 480; i < 700; i++ { // a demoted primary that went on acknowledging
		s.lose(i)
	}
	v := s.check(kill(500))
	if v.Lost != 220 || v.Exposure() != v.LossWindow || !strings.Contains(v.String(), "the last 199 ms after it") {
		t.Errorf("exposure %s: %s", v.Exposure(), v)
	}
}

func TestAServerWithoutMemory(t *testing.T) {
	s := simulate(1000, 4)
	s.lists = nil
	if v := s.check(kill(500)); v.Lost != 1000 || v.Assumptions != nil {
		t.Errorf("%s", v)
	}
}

func TestAServerThatReorders(t *testing.T) {
	s := simulate(1000, 4)
	list := s.lists["w:2"]
	list[9], list[10] = list[10], list[9]
	v := s.check(kill(500))
	if v.Reordered != 1 || v.Lost != 0 || !strings.Contains(v.String(), "1 out of order; for example key w:2 holds 10 behind 11") {
		t.Errorf("%s", v)
	}
}

func TestAWriteWithoutAnswer(t *testing.T) {
	s := simulate(1000, 4)
	s.outcome(500, Indeterminate, false)
	s.outcome(504, Indeterminate, true) // key w:0, value 127
	list := s.lists["w:0"]
	list[125], list[126] = list[126], list[125] // and it came late, after the value that followed
	s.outcome(501, Indeterminate, false)
	v := s.check(kill(500))
	if v.Indeterminate != 3 || v.IndeterminateApplied != 1 || v.Lost+v.Phantom+v.Reordered != 0 || v.Acked != 997 {
		t.Errorf("%+v", v)
	}
	if !strings.HasSuffix(v.String(), "; 3 indeterminate, 1 of them applied") {
		t.Errorf("%s", v)
	}
}

func TestAServerThatInventsWrites(t *testing.T) {
	s := simulate(1000, 4)
	s.outcome(500, Failed, true)
	s.outcome(600, Failed, false)
	s.lists["w:1"] = append([]int64{99_999}, s.lists["w:1"]...) // in front, and yet the others are not out of order
	s.lists["w:3"] = append(s.lists["w:3"], 250)
	seen := s.seen()
	seen.AddStranger("w:3", "boo")
	v := Check(s.all(), seen, kill(500))
	if v.Phantom != 3 || v.Duplicates != 1 || v.Failed != 2 || v.Reordered != 0 || v.Lost != 0 {
		t.Errorf("%+v", v)
	}
	for _, want := range []string{"3 never promised but there", "1 there more than once", "w:0 holds 126, which was refused",
		"w:1 holds 99999, which was never written", `w:3 holds "boo"`, "w:3 holds 250 once more", "2 refused or never sent"} {
		if !strings.Contains(v.String(), want) {
			t.Errorf("%q is missing in %s", want, v)
		}
	}
}

func TestOutages(t *testing.T) {
	s := simulate(3000, 4)
	for i := 100; i < 600; i++ {
		s.outcome(i, Failed, false)
	}
	for i := 1500; i < 1800; i++ {
		s.outcome(i, Failed, false)
	}
	window := kill(1510)
	if v := s.check(window); v.Outage != 301*time.Millisecond || v.LongestGap != 501*time.Millisecond {
		t.Errorf("outage %s, longest %s", v.Outage, v.LongestGap)
	}
	window.Begin, window.End, window.Need.During = 700*time.Millisecond, 900*time.Millisecond, 150
	if v := s.check(window); v.Outage != time.Millisecond || v.Assumptions != nil || v.Traffic != (Traffic{200, 200, 1800}) {
		t.Errorf("a gap outside the window is not its outage: %s, %+v, %v", v.Outage, v.Traffic, v.Assumptions)
	}
	for i := 2500; i < 3000; i++ { // never back
		s.outcome(i, Failed, false)
	}
	if v := s.check(kill(2400)); v.Outage < 499*time.Millisecond {
		t.Errorf("an outage that lasts to the end counts to the end: %s", v.Outage)
	}
}

func TestVerdictsThatMeanNothing(t *testing.T) {
	broken := func(yield func(Op, error) bool) { yield(Op{}, errors.New("line 7: torn")) }
	overlapping, shuffled, repeated := simulate(1000, 4), simulate(1000, 4), simulate(1000, 4)
	overlapping.ops[500].Begin = 0
	shuffled.ops[500], shuffled.ops[501] = shuffled.ops[501], shuffled.ops[500]
	repeated.ops[500].Seq = 3
	half := simulate(1000, 4).seen()
	delete(half.keys, "w:2")
	whole := simulate(1000, 4)
	for want, v := range map[string]Verdict{
		"only 3 acknowledged writes before the kill, need 10": whole.check(kill(3)),
		"only 3 acknowledged writes after the kill, need 10":  whole.check(kill(997)),
		"only 0 acknowledged writes during the fault, need 1": whole.check(Window{Begin: 500 * time.Millisecond, Need: Traffic{During: 1}}),
		"only 50 acknowledged writes, need 100":               simulate(50, 4).check(Window{}),
		"no write was tried during the kill":                  whole.check(Window{Name: "kill", Begin: 500600 * time.Microsecond, End: 500900 * time.Microsecond}),
		"the fault ends before it begins":                     whole.check(Window{Begin: 500 * time.Millisecond, End: 1}),
		"the history cannot be read: line 7: torn":            Check(broken, NewObserved(), kill(3)),
		"key w:0: value 126 was begun before 125 had ended":   overlapping.check(kill(500)),
		"key w:0: value 126 is not in the order of the ends":  shuffled.check(kill(500)),
		"key w:0: value 3 was written after 125":              repeated.check(kill(500)),
		"key w:2 was written and never read back":             Check(whole.all(), half, kill(500)),
	} {
		if v.Assumptions == nil || !strings.Contains(v.Assumptions.Error(), want) || !strings.HasPrefix(v.String(), "invalid: ") {
			t.Errorf("want %q, got %s", want, v)
		}
	}
	if v := simulate(200, 4).check(Window{}); v.Assumptions != nil || v.Outage != v.LongestGap || !strings.HasSuffix(v.String(), "longest gap 1.0 ms") {
		t.Errorf("a run without a fault can be sound too: %s", v)
	}
}
