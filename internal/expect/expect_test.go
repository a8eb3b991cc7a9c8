package expect

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

func kept() workload.Verdict {
	return workload.Verdict{Acked: 4812, Outage: 1400 * time.Millisecond,
		Window: workload.Window{Name: "kill", Begin: 10 * time.Second, End: 11 * time.Second}}
}

func lost() workload.Verdict {
	v := kept()
	v.Lost = 57
	v.FirstLost = workload.Loss{Key: "w:3", Seq: 1204, At: 8200 * time.Millisecond}
	v.LastLost = workload.Loss{Key: "w:1", Seq: 1391, At: 9988 * time.Millisecond}
	v.LossWindow = v.LastLost.At - v.FirstLost.At
	v.Indeterminate, v.IndeterminateApplied = 3, 1
	return v
}

func with(v workload.Verdict, change func(*workload.Verdict)) workload.Verdict {
	change(&v)
	return v
}

func TestMessages(t *testing.T) {
	sentence := "lost 57 of 4,812 acknowledged writes; the first was acknowledged 1.8 s before the kill (key w:3 value 1204), " +
		"the last 12 ms before it; outage 1.4 s; 3 indeterminate, 1 of them applied"
	whole := "kept all 4,812 acknowledged writes; outage 1.4 s"
	phantom := with(kept(), func(v *workload.Verdict) { v.Phantom = 1 })
	invalid := with(kept(), func(v *workload.Verdict) {
		v.Assumptions = errors.New("only 3 acknowledged writes before the kill, need 100")
	})
	same := workload.Diff{Keys: 5000}
	differs := workload.Diff{Keys: 5000, Missing: 1, Examples: []string{"d:7 is missing"}}
	for _, c := range []struct {
		matcher      types.GomegaMatcher
		good, bad    any
		message, not string
	}{
		{NothingLost(), kept(), lost(),
			"expected the run to keep every acknowledged write, but " + sentence,
			"expected the run to not keep every acknowledged write, but " + whole},
		{SomethingLost(), lost(), kept(),
			"expected the run to lose acknowledged writes, as this control was set up to do, but " + whole,
			"expected the run to not lose acknowledged writes, as this control was set up to do, but " + sentence},
		{LostAtMost(2 * time.Second), lost(), with(lost(), func(v *workload.Verdict) { v.FirstLost.At -= time.Second }),
			"expected the run to lose acknowledged writes of at most 2.0 s, but its loss reaches over 2.8 s: lost 57",
			"expected the run to not lose acknowledged writes of at most 2.0 s, but its loss reaches over 1.8 s: lost 57"},
		{LostAtMost(0), kept(), lost(), "expected the run to lose acknowledged writes of at most 0 s, but its loss reaches over 1.8 s", ""},
		{NothingInvented(), lost(), phantom,
			"expected the run to hold only what was written, once and in order, but " + whole + "; 1 never promised but there", ""},
		{OutageBelow(1500 * time.Millisecond), kept(), with(kept(), func(v *workload.Verdict) { v.Outage = 1500 * time.Millisecond }),
			"expected the run to acknowledge writes again in less than 1.5 s, but it took 1.5 s: kept all", ""},
		{SoundAssumptions(), lost(), invalid,
			"expected a run that can prove something, but it proves nothing: invalid: only 3 acknowledged writes before the kill, need 100 (" + whole + ")",
			"expected a run that can prove nothing, but its assumptions hold: " + sentence},
		{SameData(), same, differs,
			"expected the data that was stored, but of 5,000 keys 1 are missing, 0 hold another value, 0 are extra: d:7 is missing",
			"expected data that differs from what was stored, but all 5,000 values are as stored"},
	} {
		if ok, err := c.matcher.Match(c.good); !ok || err != nil {
			t.Errorf("%#v must hold: %v, %v", c.matcher, ok, err)
		}
		if ok, err := c.matcher.Match(c.bad); ok || err != nil {
			t.Errorf("%#v must not hold: %v, %v", c.matcher, ok, err)
		}
		if got := c.matcher.FailureMessage(c.bad); !strings.HasPrefix(got, c.message) {
			t.Errorf("got  %s\nwant %s", got, c.message)
		} else if unproven := reflect.DeepEqual(c.bad, invalid); strings.Contains(got, Unproven) != unproven {
			t.Errorf("said to be unproven: %s", got)
		}
		if got := c.matcher.NegatedFailureMessage(c.good); !strings.HasPrefix(got, c.not) {
			t.Errorf("got  %s\nwant %s", got, c.not)
		}
	}
}

func TestWhatProvesNothingPassesNeitherWay(t *testing.T) {
	invalid := with(lost(), func(v *workload.Verdict) { v.Assumptions = errors.New("key w:2 was written and never read back") })
	for _, m := range []types.GomegaMatcher{NothingLost(), SomethingLost(), LostAtMost(time.Hour), NothingInvented(), OutageBelow(time.Hour)} {
		_, err := m.Match(invalid)
		if err == nil || !strings.Contains(err.Error(), "it proves nothing: invalid: key w:2 was written and never read back") {
			t.Errorf("got %v", err)
		}
		if ok, err := gomega.Not(m).Match(invalid); ok || err == nil {
			t.Errorf("the negation passed: %v, %v", ok, err)
		}
		if _, err := m.Match("kept all"); err == nil || err.Error() != "expected a workload.Verdict, got string" {
			t.Errorf("got %v", err)
		}
	}
	if _, err := SameData().Match(workload.Diff{}); err == nil || !strings.Contains(err.Error(), "no keys") {
		t.Errorf("got %v", err)
	}
	for _, m := range []types.GomegaMatcher{SameData(), SoundAssumptions()} {
		if _, err := m.Match(7); err == nil {
			t.Error("7 is neither a verdict nor a diff")
		}
	}
}

func TestMatchersCombine(t *testing.T) {
	g := gomega.NewWithT(t)
	g.Expect(kept(), nil).To(gomega.And(SoundAssumptions(), NothingLost(), OutageBelow(2*time.Second)))
	g.Expect(lost()).NotTo(NothingLost())
}
