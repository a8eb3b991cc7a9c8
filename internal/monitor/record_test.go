package monitor

import (
	"strings"
	"testing"
	"time"

	"redis-e2e/internal/redisx"
)

// zero is when hand-made records begin.
func zero() time.Time { return time.Date(2026, 1, 2, 15, 4, 0, 0, time.UTC) }

func at(seconds float64) time.Time {
	return zero().Add(time.Duration(seconds * float64(time.Second)))
}

// tell makes a record from lines such as "1.5 a master 100", "1.5 a slave of b 90", "1.5 a silent", "1.5 s1 names b in 2" and
// "1.5 s1 +switch-master m b:1 c:1". Servers are a, b and c at a:1, b:1 and c:1; Sentinels are s1 to s3.
func tell(t *testing.T, lines ...string) Record {
	t.Helper()
	r := Record{Started: zero(), Every: 50 * time.Millisecond, MasterSet: "m", Aliases: map[string]string{"10.0.0.2:1": "b"},
		Servers: map[string]string{"a": "a:1", "b": "b:1", "c": "c:1"}, Sentinels: []string{"s1", "s2", "s3"}}
	for _, text := range lines {
		w := strings.Fields(text)
		d, err := time.ParseDuration(w[0] + "s")
		if err != nil {
			t.Fatal(err)
		}
		when := zero().Add(d)
		if w[2][0] == '+' {
			e := redisx.ParseEvent(w[2], strings.Join(strings.Fields(strings.ReplaceAll(strings.Join(w[3:], " "), ":", " ")), " "))
			if e.At, e.Sentinel = when, w[1]; e.Problem != "" {
				t.Fatalf("%s: %s", text, e.Problem)
			}
			r.Events = append(r.Events, e)
			continue
		}
		r.Samples = append(r.Samples, sampleOf(t, when, w[1:]))
	}
	r.sort()
	return r
}

func sampleOf(t *testing.T, when time.Time, w []string) Sample {
	t.Helper()
	number := func(i int) int64 {
		if len(w) <= i {
			return 0
		}
		d, err := time.ParseDuration(w[i] + "ns")
		if err != nil {
			t.Fatal(err)
		}
		return int64(d)
	}
	s := Sample{At: when, Server: w[0]}
	if strings.HasPrefix(w[0], "s") {
		s.Server, s.Sentinel = "", w[0]
	}
	switch w[1] {
	case "silent":
		s.Silent = noAnswer
	case "refused":
		s.Silent = w[1]
	case "master":
		s.Role, s.Offset = w[1], number(2)
	case "slave":
		s.Role, s.Primary, s.Link, s.Offset = w[1], w[3]+":1", "connected", number(4)
	case "names":
		s.Names, s.Epoch = w[2], number(4)
		if !strings.Contains(s.Names, ":") {
			s.Names += ":1"
		}
	default:
		t.Fatalf("what is %q?", w)
	}
	return s
}

// calm is a well setup at the moment 0: a is the master, all say so.
func calm(more ...string) []string {
	return append([]string{"0 a master 100", "0 b slave of a 100", "0 c slave of a 100", "0 s1 names a", "0 s2 names a", "0 s3 names a"}, more...)
}
