package monitor

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"redis-e2e/internal/redisx"
)

// acks counts up one key from four workers through a PrimaryClient, until it is stopped, and gives when each write was acknowledged.
func acks(t *testing.T, l *lab) (stop func() []time.Time) {
	t.Helper()
	s := redisx.Sentinels{MasterSet: set}
	for _, o := range l.sentinels {
		s.Addrs = append(s.Addrs, o.Addr)
	}
	p := redisx.NewPrimaryClient(redisx.Options{Password: password, Timeouts: redisx.Timeouts{Dial: 200 * time.Millisecond}}, s)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() { _ = p.Close() })
	const workers = 4
	all := make(chan []time.Time, workers)
	for range workers {
		go func() {
			var times []time.Time
			for ctx.Err() == nil {
				op, done := context.WithTimeout(ctx, 5*time.Second) // long, so that only the hang-up ends a hanging one
				if p.Incr(op, "n").Err() == nil {
					times = append(times, time.Now())
				}
				done()
				<-time.After(2 * time.Millisecond)
			}
			all <- times
		}()
	}
	return func() []time.Time {
		cancel()
		_ = p.Close()
		var times []time.Time
		for range workers {
			times = append(times, <-all...)
		}
		slices.SortFunc(times, time.Time.Compare)
		return times
	}
}

func TestAFailover(t *testing.T) {
	for name, c := range map[string]struct {
		inject func(*testing.T, *lab)
		judge  func(*testing.T, Record, span)
	}{
		"of a killed primary":  {func(t *testing.T, l *lab) { l.signal(t, "server-0", "KILL") }, judgeOutage},
		"of a stopped primary": {func(t *testing.T, l *lab) { l.signal(t, "server-0", "STOP") }, judgeOutage},
		"on request": {func(t *testing.T, l *lab) {
			if err := redisx.Failover(t.Context(), client(t, l.sentinels["sentinel-1"]), set); err != nil {
				t.Fatal(err)
			}
		}, judgeRequest},
	} {
		t.Run(name, func(t *testing.T) {
			r, s := failover(t, open(t), c.inject)
			judge(t, r, s)
			c.judge(t, r, s)
		})
	}
}

func failover(t *testing.T, l *lab, inject func(*testing.T, *lab)) (Record, span) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "monitor.ndjson")
	m, err := Start(t.Context(), Config{Servers: l.servers, Sentinels: l.sentinels, MasterSet: set, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	stop := acks(t, l)
	await(t, "the monitor hears all", func() bool { return len(m.Record().Hearings) == 3 })
	<-time.After(2 * time.Second) // of well-being, to be accounted
	calm := time.Now()
	inject(t, l)
	await(t, "all announced a switch", func() bool {
		all := m.Record().Switches(calm, time.Now())
		return len(all) == 1 && len(all[0].Announced) == 3
	})
	<-time.After(2 * time.Second)
	end := time.Now()
	times := stop()
	r, err := m.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resumption(t, r, times)
	if loaded, err := Load(path); err != nil || loaded.Masters(calm, end).String() != r.Masters(calm, end).String() ||
		loaded.Phases(calm).String() != r.Phases(calm).String() {
		t.Errorf("the file tells something else: %s; %s, %v", loaded.Masters(calm, end), loaded.Phases(calm), err)
	}
	return r, span{calm, end}
}

type span struct{ begin, end time.Time }

// judge holds for every failover.
func judge(t *testing.T, r Record, s span) {
	t.Helper()
	switches, phases := r.Switches(s.begin, s.end), r.Phases(s.begin)
	t.Logf("%d samples, %d events; %s; %s; %s", len(r.Samples), len(r.Events), phases, r.Masters(s.begin, s.end), switches)
	if len(switches) != 1 || switches[0].From != "server-0" || switches[0].Epoch != 1 || switches[0].Agreed.IsZero() {
		t.Fatalf("switches: %v", switches)
	}
	if calm := r.Masters(r.Started, s.begin); calm.Several != 0 || calm.LongestNone > time.Second { // a machine may be busier than a hiccup
		t.Errorf("before the fault: %s", calm)
	}
	order := []Phase{phases.SubjectivelyDown, phases.ObjectivelyDown, phases.Elected, phases.Promoted, phases.Switched, phases.SwitchedLast}
	order = slices.DeleteFunc(order, func(p Phase) bool { return !p.Seen() })
	if !slices.IsSortedFunc(order, func(a, b Phase) int { return int(a.After - b.After) }) || phases.Sentinels != 3 || !phases.Promoted.Seen() {
		t.Errorf("phases: %+v", phases)
	}
	for _, e := range r.Events {
		if e.Problem != "" {
			t.Errorf("%s %s: %s", e.Name, e.Text, e.Problem)
		}
	}
}

func judgeOutage(t *testing.T, r Record, s span) {
	t.Helper()
	one, phases, masters := r.Switches(s.begin, s.end)[0], r.Phases(s.begin), r.Masters(s.begin, s.end)
	if !phases.SubjectivelyDown.Seen() || !phases.ObjectivelyDown.Seen() || !phases.Elected.Seen() {
		t.Errorf("phases: %+v", phases)
	}
	if overhead, err := phases.Overhead(downAfter); err != nil || overhead < -time.Second || overhead > 8*time.Second {
		t.Errorf("overhead %s, %v", overhead, err)
	}
	gone := one.Agreed.Sub(masters.Claims[0].End) // the signal takes its time to be sent
	if masters.Several != 0 || masters.LongestNone < gone-time.Second || masters.LongestNone > gone+time.Second {
		t.Errorf("agreed %s after the last claim, but %s", gone, masters)
	}
	most, err := r.MostAdvanced(one)
	if err != nil || !most.Most || len(most.Offsets) != 2 {
		t.Errorf("%s, %v", most, err)
	}
	t.Log(most)
}

// judgeRequest is of a primary that is well: it goes on claiming to be master until it is told otherwise, and its stream flows on.
func judgeRequest(t *testing.T, r Record, s span) {
	t.Helper()
	if phases := r.Phases(s.begin); phases.SubjectivelyDown.Seen() || phases.ObjectivelyDown.Seen() {
		t.Errorf("phases: %+v", phases)
	}
	if masters := r.Masters(s.begin, s.end); masters.Several == 0 || len(masters.Claims) < 2 {
		t.Errorf("two were masters for a while, but %s", masters)
	}
	most, err := r.MostAdvanced(r.Switches(s.begin, s.end)[0])
	t.Log(most, err)
}

// resumption is how soon after the first announcement a write was acknowledged again.
func resumption(t *testing.T, r Record, times []time.Time) {
	t.Helper()
	gap, after := time.Duration(0), time.Time{}
	for i := 1; i < len(times); i++ {
		if d := times[i].Sub(times[i-1]); d > gap {
			gap, after = d, times[i]
		}
	}
	announced := r.Switches(r.Started, r.Ended)[0].At
	t.Logf("%d writes, longest gap %s, resumed %s after the first announcement", len(times), gap.Round(time.Millisecond), after.Sub(announced).Round(100*time.Microsecond))
	if gap > time.Second && after.Sub(announced) > 2*time.Second { // without the hang-up it is five
		t.Errorf("resumed only %s after the announcement", after.Sub(announced))
	}
}
