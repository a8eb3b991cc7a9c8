package monitor

import (
	"testing"
	"time"
)

func TestSwitches(t *testing.T) {
	failover := calm("4 b master 100", "4.0 s1 names b in 1", "4.5 s2 +switch-master m a:1 b:1", "4.52 s2 names b in 1", "4.6 s3 +switch-master m a:1 b:1",
		"4.62 s3 names b in 1", "5.5 s1 +switch-master m a:1 b:1")
	for name, c := range map[string]struct {
		lines []string
		want  []string // between 1 and 100 s
	}{
		"none": {calm(), nil},
		"one, announced by all": {failover,
			[]string{"a to b at 15:04:04.500, epoch 1, announced by 3 sentinels within 1.00 s, agreed upon after 0.02 s"}},
		"two requests that compete": {append(failover, "5.6 s3 names c in 2", "5.7 s3 +switch-master m b:1 c:1", "5.75 s1 +switch-master m b:1 c:1", "5.8 s1 names c in 2"),
			[]string{"a to b at 15:04:04.500, epoch 1, announced by 3 sentinels within 1.00 s, agreed upon after 0.02 s",
				"b to c at 15:04:05.700, epoch 2, announced by 2 sentinels within 0.05 s, agreed upon after 0.10 s"}},
		"there and back": {append(failover, "9 s1 +switch-master m b:1 a:1", "9.02 s1 names a in 2", "9.03 s2 names a in 2", "9.04 s2 +switch-master m b:1 a:1",
			"20 s1 +switch-master m a:1 b:1", "20.01 s1 names b in 3", "20.02 s3 names b in 3"),
			[]string{"a to b at 15:04:04.500, epoch 1, announced by 3 sentinels within 1.00 s, agreed upon after 0.02 s",
				"b to a at 15:04:09.000, epoch 2, announced by 2 sentinels within 0.04 s, agreed upon after 0.03 s",
				"a to b at 15:04:20.000, epoch 3, announced by s1, agreed upon after 0.01 s"}},
		"a Sentinel that restarts and learns it late": {append(failover, "60 s2 silent", "61 s2 names a", "62 s2 +switch-master m a:1 b:1", "62.01 s2 names b in 1"),
			[]string{"a to b at 15:04:04.500, epoch 1, announced by 3 sentinels within 1.00 s, agreed upon after 0.02 s"}},
		"a Sentinel that missed one in between": {append(calm("4 s1 names b in 1", "4 s1 +switch-master m a:1 b:1", "4.1 s2 names b in 1", "5 s1 +switch-master m b:1 c:1",
			"5 s1 names c in 2", "5 s2 names c in 2"), "9 s3 +switch-master m a:1 c:1", "9.01 s3 names c in 2"),
			[]string{"a to b at 15:04:04.000, epoch 1, announced by s1, agreed upon after 0.10 s",
				"b to c at 15:04:05.000, epoch 2, announced by 2 sentinels within 4.00 s, agreed upon after 0 s"}},
		"Sentinels that cannot be asked": {append([]string{"1 a master 1"}, "4 s1 +switch-master m a:1 b:1", "5 s2 +switch-master m a:1 b:1", "50 s1 +switch-master m a:1 b:1"),
			[]string{"a to b at 15:04:04.000, epoch 0, announced by 2 sentinels within 1.00 s, never agreed upon",
				"a to b at 15:04:50.000, epoch 0, announced by s1, never agreed upon"}},
		"one that nobody was heard to announce": {calm("4 s1 names b in 1", "4.1 s2 silent", "4.2 s3 names b in 1"),
			[]string{"a to b at 15:04:04.200, epoch 1, not announced, agreed upon after 0 s"}},
		"one of another set": {calm("4 s1 +switch-master other a:1 b:1"), nil},
		"one before":         {append(calm("0.5 s1 +switch-master m c:1 a:1"), "2 s2 +switch-master m c:1 a:1"), nil},
	} {
		got := tell(t, c.lines...).Switches(at(1), at(100))
		for i := range max(len(got), len(c.want)) {
			if i >= len(got) || i >= len(c.want) || got[i].String() != c.want[i] {
				t.Errorf("%s:\n got %v\nwant %v", name, got, c.want)
				break
			}
		}
	}
}

func TestPhases(t *testing.T) {
	attempt := []string{"3.02 s1 +sdown master m a:1", "3.05 s2 +sdown master m a:1", "3.1 s2 +odown master m a:1 #quorum 2/2", "3.11 s2 +elected-leader master m a:1"}
	promoted := []string{"3.9 s1 +promoted-slave slave b b:1 @ m a:1", "4 s3 +switch-master m a:1 b:1", "4.02 s2 +switch-master m a:1 b:1", "4.1 s1 +switch-master m a:1 b:1"}
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"all of them, after a failed attempt by another leader": {append(append([]string{"2 s1 +sdown slave c c:1 @ m a:1", "3.5 s1 +elected-leader master m a:1"}, attempt...), promoted...),
			"sdown 3.02 s, odown 3.10 s, elected 3.50 s, promoted 3.90 s, switched 4.00 s (last of 3 sentinels 4.10 s)"},
		"on request":         {promoted, "promoted 3.90 s, switched 4.00 s (last of 3 sentinels 4.10 s)"},
		"a failed attempt":   {attempt, "sdown 3.02 s, odown 3.10 s, elected 3.11 s"},
		"only the first one": {append(promoted, "5 s1 +sdown master m b:1", "9 s1 +switch-master m b:1 c:1"), "promoted 3.90 s, switched 4.00 s (last of 3 sentinels 4.10 s)"},
		"at once":            {[]string{"0 s1 +switch-master m a:1 b:1"}, "switched 0.00 s"},
		"of another set":     {[]string{"1 s1 +sdown master other a:1"}, "no sentinel announced anything"},
		"before":             {[]string{"-1 s1 +sdown master m a:1"}, "no sentinel announced anything"},
	} {
		r := tell(t, c.lines...)
		if got := r.Phases(at(0)).String(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
	if d, err := tell(t, promoted...).Phases(at(0)).Overhead(3 * time.Second); err != nil || d != time.Second {
		t.Errorf("overhead %s, %v", d, err)
	}
	if d, err := tell(t, attempt...).Phases(at(0)).Overhead(3 * time.Second); err == nil {
		t.Errorf("overhead %s without a switch", d)
	}
}
