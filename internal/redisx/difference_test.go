package redisx

import (
	"strings"
	"testing"
)

// live is what redis 7.0.15 answers for these settings.
func live() map[string]string {
	return map[string]string{
		"appendonly": "yes", "maxmemory": "67108864", "maxmemory-policy": "noeviction", "save": "900 1 300 10",
		"client-output-buffer-limit": "normal 0 0 0 slave 134217728 33554432 30 pubsub 33554432 8388608 60",
		"notify-keyspace-events":     "xE", "bind": "* -::*", "dir": "/data", "requirepass": "hunter2", "hz": "10",
		"auto-aof-rewrite-min-size": "67108864", "tls-key-file-pass": "", "maxmemory-clients": "5%",
	}
}

func compare(t *testing.T, conf string) (different, skipped string) {
	t.Helper()
	all, err := Directives(conf)
	if err != nil {
		t.Fatal(err)
	}
	d, s := Differences(all, live())
	lines := func(all []Difference) string {
		var out []string
		for _, one := range all {
			out = append(out, one.String())
		}
		return strings.Join(out, "\n")
	}
	return lines(d), lines(s)
}

func TestSettingsThatAreLive(t *testing.T) {
	for _, conf := range []string{
		"appendonly yes", "appendonly YES", "maxmemory 64mb", "maxmemory 65536kb", "maxmemory 67108864", "maxmemory 64MB",
		"save 900 1\nsave 300 10", "save 900 1 300 10", "save 60 5\nsave \"\"\nsave 900 1\nsave 300 10",
		"maxmemory 1gb\nmaxmemory 64mb", // the last one counts
		"client-output-buffer-limit replica 128mb 32mb 30", "client-output-buffer-limit slave 128mb 32mb 30",
		"client-output-buffer-limit normal 0 0 0\nclient-output-buffer-limit pubsub 32mb 8mb 60",
		"client-output-buffer-limit replica 1mb 1mb 1\nclient-output-buffer-limit replica 128mb 32mb 30",
		"notify-keyspace-events Ex", `bind * -::*`, "dir /data", "auto-aof-rewrite-min-size 64mb", "maxmemory-clients 5%",
	} {
		if different, skipped := compare(t, conf); different != "" || skipped != "" {
			t.Errorf("%q: %s %s", conf, different, skipped)
		}
	}
}

func TestSettingsThatAreNotLive(t *testing.T) {
	for conf, want := range map[string]string{
		"maxmemory-policy allkeys-lru": "maxmemory-policy: fixture says allkeys-lru, server runs noeviction",
		"appendonly no":                "appendonly: fixture says no, server runs yes",
		"maxmemory 64m":                "maxmemory: fixture says 64m, server runs 67108864",
		"save 900 1":                   "save: fixture says 900 1, server runs 900 1 300 10",
		"save 300 10\nsave 900 1":      "save: fixture says 300 10 900 1, server runs 900 1 300 10",
		"save 900 1 300 10\nsave \"\"": `save: fixture says "", server runs 900 1 300 10`,
		"dir /Data":                    "dir: fixture says /Data, server runs /data",
		"no-such-setting 1":            "no-such-setting: fixture says 1, server has no such setting",
		"client-output-buffer-limit replica 128mb 32mb 31":        "client-output-buffer-limit: fixture says replica 128mb 32mb 31",
		"client-output-buffer-limit normal 0 0 0 replica 1 1":     "client-output-buffer-limit: fixture says normal 0 0 0 replica 1 1",
		"client-output-buffer-limit replicas 128mb 32mb 30":       "client-output-buffer-limit",
		"notify-keyspace-events KEx":                              "notify-keyspace-events",
		"auto-aof-rewrite-min-size 99999999999999999999gb\nhz 10": "auto-aof-rewrite-min-size",
	} {
		if different, _ := compare(t, conf); !strings.HasPrefix(different, want) || strings.Contains(different, "\n") {
			t.Errorf("%q: %s", conf, different)
		}
	}
}

func TestWhatCannotBeAskedIsSaidSo(t *testing.T) {
	different, skipped := compare(t, "rename-command FLUSHALL \"\"\nrename-command FLUSHDB \"\"\nrequirepass hunter2\n"+
		"tls-key-file-pass x\ninclude /etc/more.conf\nuser me on >pw\nhz 10")
	want := `rename-command: fixture says FLUSHALL  FLUSHDB , skipped: CONFIG GET does not know it
requirepass: fixture says (secret), skipped: a secret is proven by logging in, not by reading it back
tls-key-file-pass: fixture says (secret), skipped: a secret is proven by logging in, not by reading it back
include: fixture says /etc/more.conf, skipped: CONFIG GET does not know it
user: fixture says (secret), skipped: CONFIG GET does not know it`
	if different != "" || skipped != want {
		t.Errorf("different %q, skipped:\n%s", different, skipped)
	}
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "7": 7, "1k": 1000, "1kb": 1024, "2M": 2e6, "64mb": 1 << 26, "1gb": 1 << 30, "-1": -1, "5b": 5} {
		if got, ok := Bytes(text); !ok || got != want {
			t.Errorf("%s: %d %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "mb", "5%", "1tb", "1bk", "1.5gb", "9223372036854775807kb"} {
		if got, ok := Bytes(text); ok {
			t.Errorf("%q was taken for %d bytes", text, got)
		}
	}
}
