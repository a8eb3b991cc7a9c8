package workload

import (
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redistest"
)

// pair is a real primary and its replica. A cut sends the replica after a primary that nothing routes to.
type pair struct {
	primary, replica *redis.Client
	server           *redistest.Server // of the replica
	host, port       string            // of the primary, as the replica reaches it
}

func (p pair) follow(t *testing.T) {
	t.Helper()
	p.command(t, p.replica, "REPLICAOF", p.host, p.port)
	for deadline := time.Now().Add(30 * time.Second); ; <-time.After(20 * time.Millisecond) {
		info := p.replica.Info(t.Context(), "replication").Val()
		if strings.Contains(info, "master_link_status:up") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the replica does not follow: %s", info)
		}
	}
}

func (p pair) cut(t *testing.T) {
	t.Helper()
	p.command(t, p.replica, "REPLICAOF", "192.0.2.1", "6379")
}

func (p pair) command(t *testing.T, c *redis.Client, words ...any) {
	t.Helper()
	if err := c.Do(t.Context(), words...).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestARealReplica(t *testing.T) {
	host := redistest.Open(t)
	primary, replica := host.Start(t, redistest.Options{}), host.Start(t, redistest.Options{})
	p := pair{primary: connected(t, primary), replica: connected(t, replica), server: replica}
	found := regexp.MustCompile(`laddr=(\S+)`).FindStringSubmatch(p.primary.ClientList(t.Context()).Val())
	if found == nil {
		t.Fatal("the primary does not say which address it has in its network")
	}
	p.host, p.port, _ = net.SplitHostPort(found[1])
	p.follow(t)
	t.Run("confirms writes", func(t *testing.T) { confirmsWrites(t, p) })
	t.Run("lags little", func(t *testing.T) { lagsLittle(t, p) })
	t.Run("lags more and more without a link", func(t *testing.T) { lagsWithoutLink(t, p) })
	t.Run("serves old values without a link", func(t *testing.T) { servesOldValues(t, p) })
	t.Run("lags more and more when it is gone", func(t *testing.T) { lagsWhenGone(t, p) })
}

func confirmsWrites(t *testing.T, p pair) {
	w := started(t, Config{Client: p.primary, Prefix: "wait", Wait: 1, WaitTimeout: 100 * time.Millisecond})
	reach(t, w, 500)
	begin := w.At(time.Now())
	p.cut(t)
	<-time.After(500 * time.Millisecond)
	p.follow(t)
	end := w.At(time.Now())
	reach(t, w, 500)
	h, err := w.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	short := 0
	for op, err := range h.Ops() {
		if err != nil || op.Outcome == Acked && op.Err != "" || op.Outcome == Failed {
			t.Fatalf("%+v, %v", op, err)
		}
		if op.Err == "WAIT: 0 of 1 replicas" && op.End > begin {
			short++
		}
	}
	seen, err := Readback(t.Context(), p.primary, w.Keys())
	if err != nil {
		t.Fatal(err)
	}
	v := Check(h.Ops(), seen, Window{Name: "cut", Begin: begin, End: end})
	t.Logf("%s; %d writes were not confirmed", v, short)
	if short == 0 || v.Indeterminate < short || v.IndeterminateApplied < short || v.Lost != 0 || v.Outage < 200*time.Millisecond || v.Assumptions != nil {
		t.Error(v)
	}
}

func sampled(t *testing.T, p pair, during func()) Lag {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lag.ndjson")
	w := started(t, Config{Client: p.primary, Prefix: t.Name(), Rate: 1000})
	s, err := StartLag(t.Context(), LagConfig{Primary: p.primary, Replicas: map[string]redis.UniversalClient{"r-1": p.replica}, Path: path, Rate: 400})
	if err != nil {
		t.Fatal(err)
	}
	during()
	lags, err := s.Finish(t.Context())
	if err != nil || len(lags) != 1 {
		t.Fatal(lags, err)
	}
	if _, err := w.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Log(lags[0])
	if n := linesOf(t, path); n != lags[0].Samples+lags[0].Errors+lags[0].waited+1 {
		t.Errorf("%d lines are kept", n)
	}
	if due := int(400 * lags[0].For.Seconds()); !honest(lags[0]) || max(due-lags[0].Samples-lags[0].Errors-lags[0].Missing, 0) > due/10+lagInFlight {
		t.Errorf("%d samples were due: %s", due, lags[0])
	}
	return lags[0]
}

func lagsLittle(t *testing.T, p pair) {
	l := sampled(t, p, func() { <-time.After(2 * time.Second) })
	broken := LagBudget{Age: Quantiles[time.Duration]{P99: 250 * time.Millisecond}, Bytes: Quantiles[int64]{P99: 100_000}}.Broken(l)
	starved := l.Pause > 100*time.Millisecond // then the heartbeats are old because this process had no time to write them
	if broken != "" && !starved || l.Age.P50 <= 0 || l.Errors != 0 {
		t.Errorf("%s: %s", broken, l)
	}
}

func lagsWithoutLink(t *testing.T, p pair) {
	l := sampled(t, p, func() {
		<-time.After(time.Second)
		p.cut(t)
		<-time.After(time.Second)
	})
	defer p.follow(t)
	if l.Errors != 0 || l.Age.Max < 900*time.Millisecond || l.Age.P95 < 500*time.Millisecond || l.Bytes.Max < 5_000 {
		t.Error(l)
	}
	if got := (LagBudget{Age: Quantiles[time.Duration]{P99: 250 * time.Millisecond}}).Broken(l); !strings.HasPrefix(got, "replica r-1 is too old: age p99 ") {
		t.Error(got)
	}
}

func servesOldValues(t *testing.T, p pair) {
	for name, c := range map[string]struct {
		reads *redis.Client
		want  Answer
	}{"primary": {p.primary, Yes}, "replica": {p.replica, No}} {
		path := filepath.Join(t.TempDir(), name)
		r, err := StartRegisters(t.Context(), RegisterConfig{Client: p.primary, Reads: c.reads, Prefix: name, Path: path})
		if err != nil {
			t.Fatal(err)
		}
		answered(t, r, 100)
		window := Window{Name: "cut", Begin: r.At(time.Now())}
		p.cut(t)
		answered(t, r, 300)
		h, err := r.Finish(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.follow(t)
		if err := h.Conclude(window); err != nil {
			t.Fatal(err)
		}
		l, err := SavedRegisters(path).Judge(0)
		t.Logf("reads from the %s: %s, decided in %s", name, l, l.Took)
		if err != nil || l.Answer != c.want || l.Assumptions != nil {
			t.Errorf("%s, %v", l, err)
		}
	}
}

func lagsWhenGone(t *testing.T, p pair) {
	l := sampled(t, p, func() {
		<-time.After(200 * time.Millisecond)
		p.server.Kill()
		<-time.After(time.Second)
	})
	if l.Assumptions == nil || l.Errors == 0 || l.Age.Max < 900*time.Millisecond || l.Bytes.Max < 5_000 || !strings.Contains(l.LastError, "dial") {
		t.Error(l)
	}
}
