package redisx

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNothingIsSentTwice(t *testing.T) {
	server := serve(t, listen(t, "127.0.0.1:0"), func(command string) string {
		if strings.HasPrefix(command, "RPUSH") {
			return "-LOADING Redis is loading the dataset in memory"
		}
		return polite(command)
	})
	client := NewClient(Options{Addr: server.Addr().String(), Password: "pw"})
	defer client.Close()
	if err := client.RPush(t.Context(), "k", 1).Err(); !IsLoading(err) {
		t.Errorf("got %v", err)
	}
	if got, want := server.commands(), []string{"HELLO 2 AUTH DEFAULT PW", "AUTH PW", "RPUSH K 1"}; !slices.Equal(got, want) {
		t.Errorf("the server heard %q, want %q", got, want)
	}
}

// go-redis' pool would answer from memory for up to a second after as many failed dials as it has connections.
func TestAServerThatIsBackIsSeenAtOnce(t *testing.T) {
	on := listen(t, "127.0.0.1:0")
	addr := on.Addr().String()
	on.Close()
	client := NewClient(Options{Addr: addr, PoolSize: 2})
	defer client.Close()
	begin := time.Now()
	for range 50 {
		err := client.Ping(t.Context()).Err()
		if dial, ok := errors.AsType[*DialError](err); !ok || dial.Reason != Refused || !NeverSent(err) {
			t.Fatalf("got %v", err)
		}
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("50 refused dials took %s: something waits between attempts", took)
	}
	serve(t, listen(t, addr), polite)
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Errorf("the server is back, yet: %v", err)
	}
}

func TestAHungGreetingIsNoSentCommand(t *testing.T) {
	for _, silence := range []string{"hang", ""} {
		server := serve(t, listen(t, "127.0.0.1:0"), func(string) string { return silence })
		client := NewClient(Options{Addr: server.Addr().String()})
		defer client.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := client.RPush(ctx, "k", 1).Err()
		if dial, ok := errors.AsType[*DialError](err); !ok || dial.Reason != NoGreeting || !NeverSent(err) {
			t.Errorf("%q: got %v", silence, err)
		}
		if heard := server.commands(); len(heard) != 1 {
			t.Errorf("heard %q", heard)
		}
	}
}

func TestAHungWriteMayHaveBeenApplied(t *testing.T) {
	server := serve(t, listen(t, "127.0.0.1:0"), func(command string) string {
		if strings.HasPrefix(command, "RPUSH") {
			return "hang"
		}
		return polite(command)
	})
	client := NewClient(Options{Addr: server.Addr().String()})
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := client.RPush(ctx, "k", 1).Err(); err == nil || NeverSent(err) || IsReply(err) {
		t.Errorf("got %v", err)
	}
}
