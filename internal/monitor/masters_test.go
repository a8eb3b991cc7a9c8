package monitor

import (
	"testing"
	"time"
)

func TestMasters(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  string // from 0 to 10 s
	}{
		"one all the time": {calm("10 a master 900"), "one master 10.00 s, none 0 s, several 0 s; a 0.00 to 10.00 s"},
		"a failover": {calm("2 a silent", "5 b master 100", "5.5 s1 names b in 1", "6 s2 names b in 1", "7 s3 names b in 1", "10 b master 200"),
			"one master 6.00 s (longest 4.00 s), none 4.00 s, several 0 s; a 0.00 to 2.00 s, b 5.00 to 10.00 s"},
		"two at the same time": {calm("3 b master 100", "3.5 s1 names b in 1", "3.5 s2 names b in 1", "8 a slave of b 100", "10 a slave of b 100"),
			"one master 5.00 s (longest 3.00 s), none 0 s, several 5.00 s; a 0.00 to 8.00 s, b 3.00 to 10.00 s"},
		"one that no majority names": {calm("2 s1 names b", "4 s2 silent", "9 s2 names a", "10 a master 900"),
			"one master 5.00 s (longest 4.00 s), none 5.00 s, several 0 s; a 0.00 to 10.00 s"},
		"one that the Sentinels know by another address": {calm("1 a slave of b 100", "1 b master 100", "1 s1 names 10.0.0.2:1", "1 s2 names 10.0.0.2:1", "10 c slave of b 100"),
			"one master 10.00 s, none 0 s, several 0 s; a 0.00 to 1.00 s, b 1.00 to 10.00 s"},
		"one that the Sentinels take for a stranger": {calm("1 s1 names 10.0.0.9:1", "1 s2 names 10.0.0.9:1", "10 a master 900"),
			"one master 1.00 s, none 9.00 s, several 0 s; a 0.00 to 10.00 s"},
		"a busy machine": {calm("2 a silent", "2.1 s1 silent", "2.1 s2 silent", "2.3 a master 100", "2.4 s1 names a", "2.4 s2 names a", "10 a master 100"),
			"one master 10.00 s, none 0 s, several 0 s, 3 hiccups not counted; a 0.00 to 10.00 s"},
		"a hang": {calm("2 a silent", "2.6 a master 100", "10 a master 100"),
			"one master 9.40 s (longest 7.40 s), none 0.60 s, several 0 s; a 0.00 to 2.00 s, a 2.60 to 10.00 s"},
		"a quick restart": {calm("2 a refused", "2.1 a silent", "2.4 a master 100", "10 a master 100"),
			"one master 9.60 s (longest 7.60 s), none 0.40 s, several 0 s; a 0.00 to 2.00 s, a 2.40 to 10.00 s"},
		"a hiccup that ends in a demotion": {calm("2 a silent", "2.3 a slave of b 100", "10 a slave of b 100"),
			"one master 2.00 s, none 8.00 s, several 0 s; a 0.00 to 2.00 s"},
		"twice none": {calm("1 a silent", "2 a master 100", "4 a silent", "7 a master 100", "10 a master 100"),
			"one master 6.00 s (longest 3.00 s), none 4.00 s (longest 3.00 s), several 0 s; a 0.00 to 1.00 s, a 2.00 to 4.00 s, a 7.00 to 10.00 s"},
		"a road that broke": {calm("4 a silent", "4 b silent", "4 c silent", "4 s1 silent", "4 s2 silent", "4.5 s3 silent", "6 b slave of a 9", "7 a master 9",
			"7 s1 names a", "7 s2 names a", "10 a master 9"),
			"one master 7.00 s (longest 4.00 s), none 3.00 s, several 0 s, nobody answered 1.50 s; a 0.00 to 4.00 s, a 7.00 to 10.00 s"},
		"a record that ends early":  {calm("8 a master 900"), "one master 8.00 s, none 0 s, several 0 s, unwatched 2.00 s; a 0.00 to 8.00 s"},
		"a target that came late":   {append(calm("10 a master 900"), "1 s4 names a"), "one master 9.00 s, none 0 s, several 0 s, unwatched 1.00 s; a 1.00 to 10.00 s"},
		"no master at all":          {[]string{"0 a slave of b 1", "10 a slave of b 1"}, "one master 0 s, none 10.00 s, several 0 s; nobody claimed it"},
		"nothing that was recorded": {nil, "one master 0 s, none 0 s, several 0 s, unwatched 10.00 s; nobody claimed it"},
	} {
		m := tell(t, c.lines...).Masters(at(0), at(10))
		if got := m.String(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
		if sum := m.None + m.One + m.Several + m.Unwatched; sum != 10*time.Second {
			t.Errorf("%s: the parts add up to %s", name, sum)
		}
	}
}

func TestMastersWithoutSentinels(t *testing.T) {
	r := tell(t, "0 a master 1", "0 b slave of a 1", "4 a silent", "6 a master 1", "10 a master 1")
	r.Sentinels = nil
	if m := r.Masters(at(1), at(9)); m.One != 6*time.Second || m.None != 2*time.Second || m.LongestOne != 3*time.Second || m.Unwatched != 0 {
		t.Error(m)
	}
}
