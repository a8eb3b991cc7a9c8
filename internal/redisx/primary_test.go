package redisx

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	isMaster = "*3\r\n$6\r\nmaster\r\n:0\r\n*0"
	isSlave  = "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:1\r\n$9\r\nconnected\r\n:0"
)

// server says its role, and answers a write with reply.
func server(t *testing.T, role, reply string) *fakeServer {
	t.Helper()
	return serve(t, listen(t, "127.0.0.1:0"), func(command string) string {
		switch {
		case command == "ROLE":
			return role
		case strings.HasPrefix(command, "RPUSH"):
			return reply
		}
		return polite(command)
	})
}

func primaryClient(t *testing.T, addrs ...string) *PrimaryClient {
	t.Helper()
	p := NewPrimaryClient(Options{Timeouts: Timeouts{Dial: time.Second}}, Sentinels{Addrs: addrs, MasterSet: "mymaster"})
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !is(); <-time.After(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

func TestASentinelThatHangsCostsLittle(t *testing.T) {
	primary := server(t, isMaster, ":1")
	p := primaryClient(t, sentinel(t, "127.0.0.1:0", "hang").addr, sentinel(t, "127.0.0.1:0", primary.Addr().String()).addr)
	begin := time.Now()
	if err := p.RPush(t.Context(), "k", 1).Err(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > stagger+100*time.Millisecond {
		t.Errorf("the first write took %s", took)
	}
	if first := p.finder.first.Load(); first != 1 {
		t.Errorf("the one that answered must be asked first next time, not %d", first)
	}
}

func TestWithoutAPrimaryNothingIsSent(t *testing.T) {
	gone := listen(t, "127.0.0.1:0")
	gone.Close()
	replica := server(t, isSlave, ":1")
	for want, p := range map[string]*PrimaryClient{
		"dial primary of mymaster: no Sentinel names one: sentinel " + gone.Addr().String(): primaryClient(t, gone.Addr().String()),
		"dial primary of mymaster: no Sentinel names one: no sentinel is known":             primaryClient(t),
		"dial " + gone.Addr().String() + ": refused":                                        primaryClient(t, sentinel(t, "127.0.0.1:0", gone.Addr().String()).addr),
		"dial " + replica.Addr().String() + ": it is not the primary: a Sentinel names it, and it says it is a slave of 127.0.0.1:1": primaryClient(t,
			sentinel(t, "127.0.0.1:0", replica.Addr().String()).addr),
	} {
		for range 30 { // more than any pool holds
			err := p.RPush(t.Context(), "k", 1).Err()
			if _, ok := errors.AsType[*DialError](err); !ok || !NeverSent(err) || IsReply(err) || !strings.HasPrefix(err.Error(), want) {
				t.Fatalf("got %v, want %s", err, want)
			}
		}
	}
	if heard := strings.Join(replica.commands(), "\n"); strings.Contains(heard, "RPUSH") {
		t.Errorf("a replica was sent\n%s", heard)
	}
	unknown := NewPrimaryClient(Options{}, Sentinels{Addrs: []string{sentinel(t, "127.0.0.1:0", "127.0.0.1:1").addr}, MasterSet: "other"})
	defer unknown.Close()
	if err := unknown.Ping(t.Context()).Err(); !NeverSent(err) || !strings.Contains(err.Error(), "it watches no primary called other") {
		t.Errorf("got %v", err)
	}
}

func TestAnAnnouncedSwitchHangsUpOnTheOldPrimary(t *testing.T) {
	old, next := server(t, isMaster, "hang"), server(t, isMaster, ":1")
	s := sentinel(t, "127.0.0.1:0", old.Addr().String())
	p := primaryClient(t, s.addr)
	ended := make(chan error)
	go func() { ended <- p.RPush(context.WithoutCancel(t.Context()), "k", 1).Err() }()
	eventually(t, "the write was not sent, or nobody listens", func() bool {
		return strings.Contains(strings.Join(old.commands(), " "), "RPUSH") && s.subscriptions() == 1
	})
	s.turn(next.Addr().String())
	begin := time.Now()
	err := <-ended
	if took := time.Since(begin); took > 100*time.Millisecond || err == nil || NeverSent(err) || IsReply(err) {
		t.Errorf("the write that was under way ended after %s with %v, want at once, and neither as never sent nor as refused", took, err)
	}
	if err := p.RPush(t.Context(), "k", 2).Err(); err != nil || len(next.commands()) == 0 {
		t.Errorf("%v, the new primary heard %q", err, next.commands())
	}
}

// The old primary hangs, and the Sentinel that is asked first has not heard of the switch yet.
func TestASentinelThatLagsBehindIsNotBelieved(t *testing.T) {
	old := serve(t, listen(t, "127.0.0.1:0"), func(string) string { return "hang" })
	next := server(t, isMaster, ":1")
	behind, ahead := sentinel(t, "127.0.0.1:0", old.Addr().String()), sentinel(t, "127.0.0.1:0", old.Addr().String())
	p := primaryClient(t, behind.addr, ahead.addr)
	ended := make(chan error)
	go func() { ended <- p.RPush(context.WithoutCancel(t.Context()), "k", 1).Err() }()
	eventually(t, "nothing was sent, or nobody listens", func() bool { return len(old.commands()) > 0 && ahead.subscriptions() > 0 })
	ahead.turn(next.Addr().String())
	if err := <-ended; !NeverSent(err) {
		t.Errorf("the greeting that was cut off ended with %v", err)
	}
	p.finder.first.Store(0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := p.RPush(ctx, "k", 2).Err(); err != nil {
		t.Error(err)
	}
}

func TestARefusedWriteDropsTheConnection(t *testing.T) {
	demoted := server(t, isMaster, "-READONLY You can't write against a read only replica.")
	p := primaryClient(t, sentinel(t, "127.0.0.1:0", demoted.Addr().String()).addr)
	for want := range 3 {
		if err := p.RPush(t.Context(), "k", 1).Err(); !IsReadOnly(err) {
			t.Fatal(err)
		}
		if greeted := strings.Count(strings.Join(demoted.commands(), "\n"), "ROLE"); greeted != want+1 {
			t.Errorf("%d connections after %d refusals", greeted, want+1)
		}
	}
}

func TestAListenerListensAgain(t *testing.T) {
	primary := server(t, isMaster, ":1")
	s := sentinel(t, "127.0.0.1:0", primary.Addr().String())
	p := primaryClient(t, s.addr)
	if err := p.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nobody listens", func() bool { return s.subscriptions() == 1 })
	s.die()
	again := sentinel(t, s.addr, primary.Addr().String())
	eventually(t, "nobody listens to the Sentinel that is back", func() bool { return again.subscriptions() > 0 })
	<-time.After(3 * reconnect) // go-redis may have dialled once more
	before := again.subscriptions()
	again.say("mute")
	eventually(t, "a Sentinel that answers no ping is not dialled again", func() bool { return again.subscriptions() > before })
}

func TestAClosedClientLeavesNothingBehind(t *testing.T) {
	primary := server(t, isMaster, ":1")
	addrs := []string{sentinel(t, "127.0.0.1:0", primary.Addr().String()).addr, sentinel(t, "127.0.0.1:0", "hang").addr, "127.0.0.1:1"}
	p := primaryClient(t, addrs...)
	for range 3 {
		if err := p.RPush(t.Context(), "k", 1).Err(); err != nil {
			t.Fatal(err)
		}
	}
	_ = p.Close()
	if err := p.RPush(t.Context(), "k", 1).Err(); !errors.Is(err, redis.ErrClosed) {
		t.Errorf("got %v", err)
	}
	stacks := make([]byte, 1<<20)
	ours := []string{"redisx.(*PrimaryClient)", "redisx.(*finder)", "redisx.Listener", "pool.(*ConnPool)"}
	eventually(t, "after Close something still runs", func() bool {
		text := string(stacks[:runtime.Stack(stacks, true)])
		for _, frame := range ours {
			if strings.Contains(text, frame) {
				return false
			}
		}
		return true
	})
}
