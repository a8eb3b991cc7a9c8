package redisx

import (
	"strings"
	"testing"

	"redis-e2e/internal/redistest"
)

const conf = `appendonly yes
maxmemory 64mb
maxmemory-policy allkeys-lru
save 900 1
save 300 10
client-output-buffer-limit replica 128mb 32mb 30
notify-keyspace-events KEx
slowlog-log-slower-than 5000
rename-command FLUSHALL ""
requirepass "p w#1"
`

func TestARealServer(t *testing.T) {
	addr := redistest.Open(t).Start(t, redistest.Options{Conf: conf}).Addr
	t.Run("speaks as parsed", func(t *testing.T) { speaksAsParsed(t, addr) })
	t.Run("runs its fixture", func(t *testing.T) { runsItsFixture(t, addr) })
	t.Run("refuses strangers", func(t *testing.T) { refusesStrangers(t, addr) })
}

func speaksAsParsed(t *testing.T, addr string) {
	client := NewClient(Options{Addr: addr, Password: "p w#1"})
	defer client.Close()
	info, err := ReadInfo(t.Context(), client)
	if err != nil || !info.Persistence.AOFEnabled || info.Role != "master" || info.Server.Version == "" {
		t.Errorf("INFO: %+v, %v", info, err)
	}
	if role, err := ReadRole(t.Context(), client); err != nil || role.Kind != "master" {
		t.Errorf("ROLE: %+v, %v", role, err)
	}
	if err := client.Do(t.Context(), "FLUSHALL").Err(); !IsUnknownCommand(err) {
		t.Errorf("FLUSHALL was disabled, yet: %v", err)
	}
}

func runsItsFixture(t *testing.T, addr string) {
	client := NewClient(Options{Addr: addr, Password: "p w#1"})
	defer client.Close()
	want, err := Directives(conf)
	if err != nil {
		t.Fatal(err)
	}
	live, err := Config(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	different, skipped := Differences(want, live)
	if len(different) != 0 || len(skipped) != 2 {
		t.Errorf("different %v, skipped %v", different, skipped)
	}
	if err := client.ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err(); err != nil { // the control
		t.Fatal(err)
	}
	live, err = Config(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	different, _ = Differences(want, live)
	if len(different) != 1 || different[0].String() != "maxmemory-policy: fixture says allkeys-lru, server runs noeviction" {
		t.Errorf("different %v", different)
	}
}

func refusesStrangers(t *testing.T, addr string) {
	for password, is := range map[string]func(error) bool{"": IsNoAuth, "wrong": IsWrongPass} {
		client := NewClient(Options{Addr: addr, Password: password})
		defer client.Close()
		if err := client.Ping(t.Context()).Err(); !is(err) || !IsReply(err) || strings.Contains(err.Error(), "p w#1") {
			t.Errorf("password %q: %v", password, err)
		}
	}
}
