package workload

import (
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const slaveRole = "*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:6379\r\n$%d\r\n%s\r\n:%d\r\n"

// follows makes f a replica that shows what of holds, as of now and forever.
func (f *fakeRedis) follows(of *fakeRedis, offset int) {
	of.mu.Lock()
	held := maps.Clone(of.strings)
	of.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.strings = held
	f.role = fmt.Sprintf(slaveRole, len("connected"), "connected", offset)
}

func (f *fakeRedis) leads(offset int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.role = fmt.Sprintf("*3\r\n$6\r\nmaster\r\n:%d\r\n*0\r\n", offset)
}

// lagOf samples a pretended replica while during runs; each copy brings it up to date.
func lagOf(t *testing.T, c LagConfig, during func(copied func())) Lag {
	t.Helper()
	primary, replica := startFake(t), startFake(t)
	primary.leads(1000)
	replica.follows(primary, 900)
	c.Primary, c.Replicas = primary.client(), map[string]redis.UniversalClient{"r-1": replica.client()}
	s, err := StartLag(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	during(func() { replica.follows(primary, 900) })
	lags, err := s.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context()); err == nil {
		t.Error("finished twice")
	}
	return lags[0]
}

// honest is true for figures that stand for every moment that was due, and that call themselves invalid if and only if they are. How
// many moments a busy machine gives to this test is not the test's matter.
func honest(l Lag) bool {
	beats := float64(l.Heartbeats) / l.For.Seconds()
	return (l.Assumptions == nil) == (l.Samples >= MinLagRate && l.Rate >= MinLagRate && beats >= MinLagRate)
}

func TestHeartbeatsOfAnotherRunAreNotShown(t *testing.T) {
	mine := heartbeat{7, 123}
	if got := shown(mine.String(), 7); got != 123 {
		t.Errorf("got %d", got)
	}
	for _, text := range []string{"", "8 123", "7", "7 x", "boo"} {
		if got := shown(text, 7); got != 0 {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestAReplicaThatStandsStillLagsMoreAndMore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lag.ndjson")
	l := lagOf(t, LagConfig{Path: path, Rate: 500}, func(copied func()) {
		<-time.After(300 * time.Millisecond)
		copied()
		<-time.After(1200 * time.Millisecond)
	})
	if !honest(l) || l.Age.Max < 1100*time.Millisecond || l.Age.P50 < 100*time.Millisecond || l.Bytes != (Quantiles[int64]{100, 100, 100, 100}) {
		t.Error(l)
	}
	if linesOf(t, path) < l.Samples {
		t.Error("samples are missing in the file")
	}
	if got := (LagBudget{Age: Quantiles[time.Duration]{P99: time.Second}, Bytes: Quantiles[int64]{Max: 99}}).Broken(l); !strings.Contains(got, "replica r-1 is too old: age p99 1.") {
		t.Error(got)
	}
	if got := (LagBudget{Age: Quantiles[time.Duration]{P99: time.Minute}, Bytes: Quantiles[int64]{Max: 99}}).Broken(l); got != "replica r-1 is too far behind: bytes max 100 B, limit 99 B" {
		t.Error(got)
	}
}

func TestSamplesThatProveNothing(t *testing.T) {
	for want, change := range map[string]func(primary, replica *fakeRedis){
		"replica r-1 answered only":                     func(_, r *fakeRedis) { r.feel(func([]string) mood { return hang }) },
		"last error: its ROLE says master, not slave":   func(_, r *fakeRedis) { r.leads(5) },
		"last error: primary: its ROLE says slave":      func(p, _ *fakeRedis) { p.follows(p, 1000) },
		"bytes ahead of the primary: they do not share": func(_, r *fakeRedis) { r.follows(r, 5000) },
		"last error: MASTERDOWN Link with MASTER":       func(_, r *fakeRedis) { r.feel(func([]string) mood { return "MASTERDOWN Link with MASTER is down" }) },
		"the primary acknowledged only":                 func(p, _ *fakeRedis) { p.feel(func([]string) mood { return hang }) },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			primary, replica := startFake(t), startFake(t)
			primary.leads(1000)
			replica.follows(primary, 900)
			s, err := StartLag(t.Context(), LagConfig{Primary: primary.client(), Replicas: map[string]redis.UniversalClient{"r-1": replica.client()}, OpTimeout: 100 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			change(primary, replica)
			<-time.After(1200 * time.Millisecond)
			lags, err := s.Finish(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			l := lags[0]
			if l.Assumptions == nil || !strings.Contains(l.String(), want) || !strings.HasPrefix(l.String(), "invalid: ") || l.Age.Max < time.Second || l.Errors == 0 {
				t.Error(l)
			}
		})
	}
}

func TestLagSamplersThatMustNotStart(t *testing.T) {
	f := startFake(t)
	f.leads(5)
	gone := startFake(t)
	gone.on.Close()
	one := map[string]redis.UniversalClient{"r": f.client()}
	for want, c := range map[string]LagConfig{
		"there are no replicas": {Primary: f.client()},
		"prove nothing":         {Primary: f.client(), Replicas: one, Rate: 50},
		"refused":               {Primary: gone.client(), Replicas: one},
		"no such file":          {Primary: f.client(), Replicas: one, Path: filepath.Join(t.TempDir(), "x", "y")},
	} {
		if _, err := StartLag(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestQuantilesAreUpperBounds(t *testing.T) {
	r := dice(1)
	var h histogram
	all := make([]int64, 5000)
	for i := range all {
		all[i] = int64(math.Exp2(r.Float64()*62)) - 1
		h.add(all[i])
	}
	slices.Sort(all)
	for _, percent := range []int{0, 1, 50, 95, 99} {
		truth, got := all[len(all)*percent/100], h.at(percent)
		if got < truth || float64(got) > float64(truth)*1.05+1 {
			t.Errorf("p%d is %d, got %d", percent, truth, got)
		}
	}
	var zeros histogram
	for _, v := range []int64{0, 0, 0, -5, 7} {
		zeros.add(v)
	}
	if q := quantiles[int64](&zeros); q != (Quantiles[int64]{0, 7, 7, 7}) {
		t.Errorf("%+v", q)
	}
	var none histogram
	if q := quantiles[int64](&none); q != (Quantiles[int64]{}) {
		t.Errorf("%+v", q)
	}
}
