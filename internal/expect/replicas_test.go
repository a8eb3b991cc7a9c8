package expect

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"

	"redis-e2e/internal/workload"
)

func lag(replica string, p99 time.Duration) workload.Lag {
	return workload.Lag{Replica: replica, Age: workload.Quantiles[time.Duration]{P50: 2 * time.Millisecond, P95: 3 * time.Millisecond, P99: p99, Max: time.Second},
		Bytes: workload.Quantiles[int64]{Max: 70_000}, Samples: 2000, Rate: 199.6, For: 10 * time.Second, Pause: 12 * time.Millisecond}
}

func TestLagMessages(t *testing.T) {
	m := LagWithin(workload.LagBudget{Age: workload.Quantiles[time.Duration]{P99: 100 * time.Millisecond}})
	good := lag("r-0", 4*time.Millisecond)
	for _, all := range []any{good, []workload.Lag{good, lag("r-1", 100*time.Millisecond)}} {
		if ok, err := m.Match(all); !ok || err != nil {
			t.Errorf("%v, %v", ok, err)
		}
	}
	slow := []workload.Lag{good, lag("r-1", 140*time.Millisecond), lag("r-2", 3*time.Second)}
	if ok, err := m.Match(slow); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	want := "expected lag within age p99 100 ms, but replica r-1 is too old: age p99 140 ms, limit 100 ms; replica r-2 is too old: age p99 3.0 s, limit 100 ms\n" +
		"replica r-0 lags age p50 2.0 ms, p95 3.0 ms, p99 4.0 ms, max 1.0 s; bytes p50 0 B, p95 0 B, p99 0 B, max 70,000 B; " +
		"200 samples/s over 10.0 s, 0 errors, 0 missing; heartbeats paused 12 ms at most\nreplica r-1 lags"
	if got := m.FailureMessage(slow); !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := m.NegatedFailureMessage(good); !strings.HasPrefix(got, "expected a replica to lag further than age p99 100 ms, as this control was set up to do, but none did\nreplica r-0") {
		t.Error(got)
	}
	bytes := LagWithin(workload.LagBudget{Age: workload.Quantiles[time.Duration]{Max: time.Minute}, Bytes: workload.Quantiles[int64]{Max: 65_536}})
	if got := bytes.FailureMessage(good); !strings.HasPrefix(got, "expected lag within age max 1 min 0 s, bytes max 65,536 B, but replica r-0 is too far behind: bytes max 70,000 B, limit 65,536 B\n") {
		t.Error(got)
	}
}

func TestLinearizableMessages(t *testing.T) {
	yes := workload.Linearity{Answer: workload.Yes, Keys: 8, Reads: 4000, Writes: 4100, Concurrent: 7000}
	no := yes
	no.Answer, no.Violations = workload.No, []string{"key r:0: read 41 at 1.203000 s after 42 was acknowledged at 1.180000 s"}
	for l, want := range map[*workload.Linearity]bool{&yes: true, &no: false} {
		if ok, err := Linearizable().Match(*l); ok != want || err != nil {
			t.Errorf("%s: %v, %v", l, ok, err)
		}
	}
	if got, want := Linearizable().FailureMessage(no), "expected a linearizable history, but it is not linearizable: key r:0: read 41 at 1.203000 s "+
		"after 42 was acknowledged at 1.180000 s (4,000 reads and 4,100 writes on 8 keys)"; got != want {
		t.Errorf("got %s", got)
	}
	if got := Linearizable().NegatedFailureMessage(yes); !strings.HasSuffix(got, "but it is linearizable: 4,000 reads and 4,100 writes on 8 keys, 7,000 of them concurrent") {
		t.Error(got)
	}
}

func TestWhatIsUnprovenOfReplicasPassesNeitherWay(t *testing.T) {
	thin := lag("r-1", 0)
	thin.Assumptions = errors.New("replica r-1 answered only 40 samples a second, need 100")
	open := workload.Linearity{Answer: workload.Undecided}
	few := workload.Linearity{Answer: workload.No, Assumptions: errors.New("only 3 answered reads, need 100")}
	budget := LagWithin(workload.LagBudget{Age: workload.Quantiles[time.Duration]{Max: time.Hour}})
	for _, c := range []struct {
		matcher  gomega.OmegaMatcher
		actual   any
		unproven bool
	}{
		{budget, thin, true}, {budget, []workload.Lag{lag("r-0", 0), thin}, true}, {Linearizable(), open, true}, {Linearizable(), few, true},
		{budget, []workload.Lag{}, false}, {budget, 7, false}, {LagWithin(workload.LagBudget{}), lag("r-0", 0), false}, {Linearizable(), 7, false},
	} {
		ok, err := c.matcher.Match(c.actual)
		if ok || err == nil || strings.Contains(err.Error(), Unproven) != c.unproven {
			t.Errorf("%v: %v, %v", c.actual, ok, err)
		}
		if ok, err := gomega.Not(c.matcher).Match(c.actual); ok || err == nil {
			t.Errorf("the negation passed: %v, %v", ok, err)
		}
	}
}
