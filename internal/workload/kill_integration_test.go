package workload

import (
	"testing"
	"time"
)

// killed runs a writer across a SIGKILL and a restart, and judges what is left.
func killed(t *testing.T, args ...string) Verdict {
	t.Helper()
	s := startReal(t, args...)
	w := started(t, Config{Client: s.client()})
	reach(t, w, 2000)
	window := Window{Name: "kill", Begin: w.At(time.Now())}
	s.kill()
	s.start()
	s.client() // answers again
	window.End = w.At(time.Now())
	reach(t, w, 2000)
	h, err := w.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen, err := Readback(t.Context(), s.client(), w.Keys())
	if err != nil {
		t.Fatal(err)
	}
	pace, _ := Measure(h.Ops())
	v := Check(h.Ops(), seen, window)
	t.Logf("%s; %.0f acknowledged a second, p99 %s", v, pace.PerSecond, Human(pace.P99))
	return v
}

func TestWhatIsSyncedSurvivesAKill(t *testing.T) {
	v := killed(t, "--appendonly", "yes", "--appendfsync", "always")
	if v.Assumptions != nil || v.Lost+v.Phantom+v.Reordered+v.Duplicates != 0 {
		t.Error(v)
	}
	if v.Outage > 5*time.Second || v.Outage < time.Millisecond {
		t.Errorf("outage %s", v.Outage)
	}
}

func TestWithoutPersistenceTheLossIsSeen(t *testing.T) {
	v := killed(t, "--appendonly", "no", "--save", "")
	if v.Assumptions != nil || v.Lost < 2000 || v.LastLost.At > v.Window.End || v.Phantom+v.Reordered+v.Duplicates != 0 {
		t.Error(v)
	}
}

func TestADatasetOnARealServer(t *testing.T) {
	s := startReal(t, "--appendonly", "yes")
	d := Dataset{Prefix: "d*", Keys: 5000, Size: 200, Seed: 3}
	if err := d.Store(t.Context(), s.client()); err != nil {
		t.Fatal(err)
	}
	s.kill()
	s.start()
	if diff, err := d.Compare(t.Context(), s.client()); err != nil || !diff.Same() {
		t.Errorf("%s, %v", diff, err)
	}
	s.client().Set(t.Context(), "dx:1", "not of this dataset, its prefix has no star", 0)
	s.client().RPush(t.Context(), "d*:5000", "1")
	s.client().Del(t.Context(), "d*:17")
	if diff, err := d.Compare(t.Context(), s.client()); err != nil || diff.Missing != 1 || diff.Extra != 1 || diff.Different != 0 {
		t.Errorf("%s, %v", diff, err)
	}
}
