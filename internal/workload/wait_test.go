package workload

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestWaitDecidesWhatIsAcknowledged(t *testing.T) {
	for name, c := range map[string]struct {
		confirm int
		mood    mood // of WAIT
		want    string
	}{
		"as many as asked for": {confirm: 1},
		"more":                 {confirm: 2},
		"none":                 {want: "WAIT: 0 of 1 replicas"},
		"demoted meanwhile":    {confirm: 1, mood: "UNBLOCKED force unblock from blocking operation", want: "WAIT: UNBLOCKED force"},
		"the connection breaks before the answer":  {confirm: 1, mood: drop, want: "EOF"},
		"the server hangs and never answers again": {confirm: 1, mood: hang, want: "time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startFake(t)
			f.confirm = c.confirm
			f.feel(func(command []string) mood {
				if strings.EqualFold(command[0], "WAIT") {
					if command[1] != "1" || command[2] != "50" {
						t.Errorf("sent %v", command)
					}
					return c.mood
				}
				return serve
			})
			patience := 20 * time.Second // only the mood may cause errors
			if c.mood == hang {
				patience = 50 * time.Millisecond
			}
			w := started(t, Config{Client: f.client(), Wait: 1, WaitTimeout: 50 * time.Millisecond, OpTimeout: patience, Workers: 2})
			pushed(t, f, 10)
			v := judge(t, w, f, Window{Need: Traffic{Before: 1}})
			if c.want == "" {
				if v.Acked < 10 || v.Indeterminate+v.Lost != 0 {
					t.Error(v)
				}
				return
			}
			if v.Acked != 0 || v.Failed != 0 && c.mood != hang || v.Indeterminate < 2 || v.IndeterminateApplied != v.Indeterminate && c.mood != hang {
				t.Error(v)
			}
			for op, err := range (History{w.store}).Ops() {
				if err != nil || !strings.Contains(op.Err, c.want) && op.Outcome != Failed {
					t.Errorf("got %s, want %s", op.Err, c.want)
				}
			}
		})
	}
}

// pushed waits until the server has taken n values.
func pushed(t *testing.T, f *fakeRedis, n int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; <-time.After(time.Millisecond) {
		f.mu.Lock()
		held := 0
		for _, list := range f.lists {
			held += len(list)
		}
		f.mu.Unlock()
		if held >= n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("stuck at %d values", held)
		}
	}
}

func TestARefusedWriteIsNotWaitedFor(t *testing.T) {
	f := startFake(t)
	f.feel(func(command []string) mood {
		if strings.EqualFold(command[0], "RPUSH") {
			return "NOREPLICAS Not enough good replicas to write."
		}
		return serve
	})
	f.confirm = 1
	w := started(t, Config{Client: f.client(), Wait: 1, WaitTimeout: 50 * time.Millisecond, OpTimeout: 20 * time.Second, Workers: 2})
	<-time.After(100 * time.Millisecond)
	if v := judge(t, w, f, Window{}); v.Failed < 1 || v.Acked+v.Indeterminate != 0 {
		t.Error(v)
	}
}

func TestClientsThatCannotWait(t *testing.T) {
	f := startFake(t)
	cluster := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{f.on.Addr().String()}})
	defer cluster.Close()
	for want, c := range map[string]Config{
		"keeps a pipeline on one connection": {Client: cluster, Wait: 1},
		"its client waits 5s for a reply":    {Client: f.client(), Wait: 1, WaitTimeout: 5 * time.Second},
	} {
		if _, err := Start(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if got := (Config{WaitTimeout: time.Microsecond}).withDefaults().WaitTimeout; got != time.Millisecond {
		t.Errorf("0 on the wire is for ever, got %s", got)
	}
}
