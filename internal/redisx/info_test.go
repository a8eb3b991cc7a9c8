package redisx

import (
	"os"
	"strings"
	"testing"
	"time"
)

func captured(t *testing.T, name string) Info {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := ParseInfo(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestInfoOfARealServer(t *testing.T) {
	info := captured(t, "info-redis-7.0.txt")
	server := Server{"redis", "7.0.15", "7.0.15", info.Server.RunID, time.Second}
	if info.Server.Uptime = time.Second; info.Server != server || len(server.RunID) != 40 {
		t.Errorf("server: %+v", info.Server)
	}
	p := info.Persistence
	if !p.AOFEnabled || !p.AOFLastWriteOK || !p.RDBLastOK || p.RDBSaving || p.RDBLastSave.Year() < 2020 {
		t.Errorf("persistence: %+v", p)
	}
	if info.Role != "master" || info.Loading || info.UsedMemory < 500_000 {
		t.Errorf("role %q, loading %v, memory %d", info.Role, info.Loading, info.UsedMemory)
	}
	if info.Rest["maxmemory_policy"] != "noeviction" || info.Rest["role"] != "" {
		t.Errorf("the rest must hold what is not typed, and only that: %v", info.Rest)
	}
}

func TestReplicationSeenFromBothSides(t *testing.T) {
	primary, replica := captured(t, "info-primary-7.0.txt"), captured(t, "info-replica-7.0.txt")
	want := ConnectedReplica{Host: "127.0.0.1", Port: 7778, State: "online", Offset: 14}
	if c := primary.Replication.Connected; len(c) != 1 || c[0] != want || primary.Replication.ConnectedCount != 1 {
		t.Errorf("connected: %+v", c)
	}
	r := replica.Replication
	if replica.Role != "slave" || !r.LinkUp || !r.ReadOnly || r.ReplicaOffset != 14 || r.PrimaryPort != 7777 || r.Priority != 100 {
		t.Errorf("replica: %+v", r)
	}
	if r.ID != primary.Replication.ID || len(r.ID) != 40 || r.PreviousOffset != -1 || r.FailoverInFlight {
		t.Errorf("the two must share a history: %+v and %+v", r, primary.Replication)
	}
}

func TestInfoDialects(t *testing.T) {
	info, err := ParseInfo("# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\nloading:1\r\n" +
		"role:slave\r\nmaster_link_status:down\r\nmaster_link_down_since_seconds:-1\r\nmaster_failover_state:waiting-for-sync\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Server; s.Software != "valkey" || s.Version != "8.1.1" || s.Compatibility != "7.2.4" {
		t.Errorf("server: %+v", s)
	}
	if r := info.Replication; !info.Loading || r.LinkUp || r.LinkDownFor >= 0 || !r.FailoverInFlight {
		t.Errorf("replication: %+v", r)
	}
	if !info.Persistence.RDBLastSave.IsZero() {
		t.Error("an absent time must be the zero time")
	}
}

func TestInfoThatCannotBeTrusted(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "no field at all",
		"# Server\r\n":                       "no field at all",
		"role:master\r\nwhat is this\r\n":    "line 2",
		":7\r\n":                             "line 1",
		"used_memory:12MB\r\n":               `used_memory is not a number: "12MB"`,
		"loading:2\r\n":                      "loading is neither 0 nor 1",
		"loading:\r\n":                       "loading is not a number",
		"slave0:ip=1.2.3.4,port=x,state=on":  "slave0: port is not a number",
		"slave0:ip=1.2.3.4,port":             "slave0",
		"slave0:port=6379,offset=1,lag=0":    "no ip or no state",
		"rdb_last_save_time:yesterday\r\n":   "rdb_last_save_time",
		"connected_slaves:many\nrole:master": "connected_slaves",
	} {
		if _, err := ParseInfo(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
