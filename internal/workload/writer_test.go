package workload

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func started(t *testing.T, c Config) *Writer {
	t.Helper()
	w, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// reach waits until the writer has n more acknowledgements.
func reach(t *testing.T, w *Writer, n int64) {
	t.Helper()
	n += w.Acked()
	for deadline := time.Now().Add(20 * time.Second); w.Acked() < n; {
		if time.Now().After(deadline) {
			t.Fatalf("stuck at %d acknowledged writes", w.Acked())
		}
		<-time.After(time.Millisecond)
	}
}

func judge(t *testing.T, w *Writer, f *fakeRedis, window Window) Verdict {
	t.Helper()
	h, err := w.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.feel(func([]string) mood { return serve })
	seen, err := Readback(t.Context(), f.client(), w.Keys())
	if err != nil {
		t.Fatal(err)
	}
	return Check(h.Ops(), seen, window)
}

func TestEachOutcomeIsKeptApart(t *testing.T) {
	for name, c := range map[string]struct {
		mood    mood
		outcome Outcome
		applied bool
	}{
		"an error reply":                 {"MISCONF Redis is configured to save RDB snapshots", Failed, false},
		"loading":                        {"LOADING Redis is loading the dataset in memory", Failed, false},
		"out of memory":                  {"OOM command not allowed when used memory > 'maxmemory'.", Failed, false},
		"applied, the answer never came": {swallow, Indeterminate, true},
		"the connection broke":           {drop, Indeterminate, false},
		"no answer in time":              {hang, Indeterminate, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startFake(t)
			f.feel(func(command []string) mood {
				if command[0] == "rpush" && strings.HasSuffix(command[2], "7") {
					return c.mood
				}
				return serve
			})
			patience := 2 * time.Second // only the mood may cause errors
			if c.mood == hang {
				patience = 100 * time.Millisecond
			}
			w := started(t, Config{Client: f.client(), OpTimeout: patience, Workers: 2})
			reach(t, w, 300)
			v := judge(t, w, f, Window{})
			odd := map[Outcome]int{Failed: v.Failed, Indeterminate: v.Indeterminate}[c.outcome]
			others := v.Failed + v.Indeterminate - odd
			asTold := others == 0 && c.applied == (v.IndeterminateApplied > 0)
			if c.mood == hang { // with so little patience a slow machine adds timeouts of its own
				asTold = v.Indeterminate >= 20
			}
			if odd < 20 || !asTold || v.Assumptions != nil {
				t.Errorf("%s", v)
			}
			if v.Lost+v.Phantom+v.Duplicates+v.Reordered != 0 {
				t.Errorf("%s", v)
			}
		})
	}
}

func TestAnOutageIsMeasured(t *testing.T) {
	f := startFake(t)
	w := started(t, Config{Client: f.client()})
	reach(t, w, 500)
	addr := f.on.Addr().String()
	f.on.Close() // refuses from here on
	f.feel(func([]string) mood { return drop })
	window := Window{Name: "restart", Begin: w.At(time.Now())}
	<-time.After(300 * time.Millisecond)
	f.feel(func([]string) mood { return serve })
	f.listen(addr)
	window.End = w.At(time.Now())
	reach(t, w, 500)
	v := judge(t, w, f, window)
	length := window.End - window.Begin // the machine may be slow, but the two clocks must agree
	if v.Outage < length/2 || v.Outage > length+time.Second || v.Assumptions != nil || v.Lost != 0 || v.Failed < 5 {
		t.Errorf("%s", v)
	}
}

func TestLossIsSeenByTheWholeChain(t *testing.T) {
	f := startFake(t)
	path := filepath.Join(t.TempDir(), "history.ndjson")
	w := started(t, Config{Client: f.client(), Path: path, Prefix: "run-7", Workers: 3})
	reach(t, w, 500)
	f.mu.Lock()
	list := f.lists["run-7:1"]
	f.lists["run-7:1"] = list[: len(list)-13 : len(list)-13]
	f.mu.Unlock()
	window := Window{Name: "kill", Begin: w.At(time.Now())}
	reach(t, w, 500)
	v := judge(t, w, f, window)
	if v.Lost != 13 || v.FirstLost.Key != "run-7:1" || v.FirstLost.At >= window.Begin || v.Assumptions != nil {
		t.Errorf("%s", v)
	}
	if pace, err := Measure(Saved(path).Ops()); err != nil || pace.PerSecond < 100 || pace.P99 < pace.P50 || pace.P50 == 0 {
		t.Errorf("%+v, %v", pace, err)
	}
}

func TestTheRateIsKept(t *testing.T) {
	f := startFake(t)
	w := started(t, Config{Client: f.client(), Rate: 400})
	begin := time.Now()
	reach(t, w, 200)
	if took := time.Since(begin); took < 400*time.Millisecond {
		t.Errorf("200 writes at 400 a second took only %s", took)
	}
	if _, err := w.Finish(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAWriterThatMustNotStart(t *testing.T) {
	f := startFake(t)
	path := filepath.Join(t.TempDir(), "h")
	if err := os.WriteFile(path, []byte("another run's"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.lists["taken:1"] = []string{"1"}
	gone := startFake(t)
	gone.on.Close()
	for want, c := range map[string]Config{
		"key taken:1 exists already": {Client: f.client(), Prefix: "taken"},
		"refused":                    {Client: gone.client()},
		"file exists":                {Client: f.client(), Path: path},
		"no such file or directory":  {Client: f.client(), Path: filepath.Join(path+"x", "y")},
	} {
		if _, err := Start(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestFinishing(t *testing.T) {
	f := startFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	w, err := Start(ctx, Config{Client: f.client(), OpTimeout: 150 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	reach(t, w, 10)
	cancel() // Ctrl-C: the workers stop, and Finish still closes the history
	if _, err := w.Finish(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := w.Finish(t.Context()); err == nil || !strings.Contains(err.Error(), "finished before") {
		t.Errorf("got %v", err)
	}
	hung := startFake(t)
	w = started(t, Config{Client: hung.client(), OpTimeout: 500 * time.Millisecond})
	hung.feel(func([]string) mood { return hang })
	<-time.After(20 * time.Millisecond)
	impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := w.Finish(impatient); err == nil || !strings.Contains(err.Error(), "still in flight") {
		t.Errorf("got %v", err)
	}
}
