package workload

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redistest"
	"redis-e2e/internal/redisx"
)

func TestARealServerThatIsKilled(t *testing.T) {
	host := redistest.Open(t)
	for name, c := range map[string]struct {
		args  []string
		judge func(*testing.T, Verdict)
	}{
		"keeps what it synced":              {[]string{"--appendonly", "yes", "--appendfsync", "always"}, nothingLost},
		"loses everything that is not kept": {[]string{"--appendonly", "no", "--save", ""}, everythingLost},
	} {
		t.Run(name, func(t *testing.T) { c.judge(t, killed(t, host.Start(t, redistest.Options{Args: c.args}))) })
	}
	t.Run("keeps a dataset", func(t *testing.T) {
		keepsADataset(t, host.Start(t, redistest.Options{Args: []string{"--appendonly", "yes"}}))
	})
}

// connected gives a client once the server answers.
func connected(t *testing.T, s *redistest.Server) *redis.Client {
	t.Helper()
	c := redisx.NewClient(redisx.Options{Addr: s.Addr, Timeouts: redisx.Timeouts{Dial: 200 * time.Millisecond}})
	t.Cleanup(func() { c.Close() })
	for deadline := time.Now().Add(30 * time.Second); c.Ping(t.Context()).Err() != nil; <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("Redis at %s does not answer: %v", s.Addr, c.Ping(t.Context()).Err())
		}
	}
	return c
}

// killed runs a writer across a SIGKILL and a restart, and judges what is left.
func killed(t *testing.T, s *redistest.Server) Verdict {
	t.Helper()
	w := started(t, Config{Client: connected(t, s)})
	reach(t, w, 2000)
	window := Window{Name: "kill", Begin: w.At(time.Now())}
	s.Kill()
	s.Resume()
	connected(t, s) // answers again
	window.End = w.At(time.Now())
	reach(t, w, 2000)
	h, err := w.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen, err := Readback(t.Context(), connected(t, s), w.Keys())
	if err != nil {
		t.Fatal(err)
	}
	pace, _ := Measure(h.Ops())
	v := Check(h.Ops(), seen, window)
	t.Logf("%s; %.0f acknowledged a second, p99 %s", v, pace.PerSecond, Human(pace.P99))
	if most := window.End - window.Begin + time.Second; v.Outage < time.Millisecond || v.Outage > most {
		t.Errorf("outage %s, want at most %s", v.Outage, most)
	}
	return v
}

func nothingLost(t *testing.T, v Verdict) {
	t.Helper()
	if v.Assumptions != nil || v.Lost+v.Phantom+v.Reordered+v.Duplicates != 0 {
		t.Error(v)
	}
}

func everythingLost(t *testing.T, v Verdict) {
	t.Helper()
	if v.Assumptions != nil || v.Lost < 2000 || v.LastLost.At > v.Window.End || v.Phantom+v.Reordered+v.Duplicates != 0 {
		t.Error(v)
	}
}

func keepsADataset(t *testing.T, s *redistest.Server) {
	d := Dataset{Prefix: "d*", Keys: 5000, Size: 200, Seed: 3}
	if err := d.Store(t.Context(), connected(t, s)); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	s.Resume()
	client := connected(t, s)
	if diff, err := d.Compare(t.Context(), client); err != nil || !diff.Same() {
		t.Errorf("%s, %v", diff, err)
	}
	client.Set(t.Context(), "dx:1", "not of this dataset, its prefix has no star", 0)
	client.RPush(t.Context(), "d*:5000", "1")
	client.Del(t.Context(), "d*:17")
	if diff, err := d.Compare(t.Context(), client); err != nil || diff.Missing != 1 || diff.Extra != 1 || diff.Different != 0 {
		t.Errorf("%s, %v", diff, err)
	}
}
