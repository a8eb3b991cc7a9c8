package redisx

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"
)

// replies are what a real Sentinel answered, in the shape in which go-redis hands it over.
func replies(t *testing.T, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestClaimsOfRealSentinels(t *testing.T) {
	for file, want := range map[string]Claim{
		"claim-redis-8.0.json": {Sentinel: "b5d9c8657e25efe274cd5e559d20b35a1bd277df", Master: "127.0.0.1:42387",
			MasterRunID: "092a962c39ef7854d51d1380f7c025e03408eb7f", Flags: Flags{"master"}, Replicas: []WatchedReplica{
				{"127.0.0.1:42881", "e02e0be16ab9e3b0dee0d91dee0a37a3fee360cc", Flags{"slave"}, 100, 0, true, "127.0.0.1:42387"},
				{"127.0.0.1:46623", "2fb1c45e3137fa68b54d33cb835eb9a9c05f0419", Flags{"slave"}, 100, 0, true, "127.0.0.1:42387"},
			}},
		"claim-failing-over-redis-8.0.json": {Sentinel: "b5d9c8657e25efe274cd5e559d20b35a1bd277df", Master: "127.0.0.1:42387",
			MasterRunID: "092a962c39ef7854d51d1380f7c025e03408eb7f", FailoverState: "wait_promotion",
			Flags: Flags{"s_down", "o_down", "master", "disconnected", "failover_in_progress"}, Replicas: []WatchedReplica{
				{"127.0.0.1:42881", "e02e0be16ab9e3b0dee0d91dee0a37a3fee360cc", Flags{"slave"}, 100, 425, false, "127.0.0.1:42387"},
				{"127.0.0.1:46623", "2fb1c45e3137fa68b54d33cb835eb9a9c05f0419", Flags{"slave", "promoted"}, 100, 425, false, "127.0.0.1:42387"},
			}},
		"claim-redis-7.0.json": {Sentinel: "cbad3f81fa5a78a78725abd9624a25a6d59bcc53", Master: "127.0.0.1:17001", ConfigEpoch: 1,
			MasterRunID: "3c1ed5f3a11caa5c19e37a8a9fcfb539620fe3dd", Flags: Flags{"master"}, Replicas: []WatchedReplica{
				{"127.0.0.1:17000", "", Flags{"s_down", "slave", "disconnected"}, 100, 0, false, ""},
				{"127.0.0.1:17002", "8687e804b9b821d4b3fb314764b0b22193e80463", Flags{"slave"}, 100, 13128, true, "127.0.0.1:17001"},
			}},
	} {
		want.Set, want.Quorum, want.NumReplicas, want.NumOthers = "mymaster", 2, 2, 2
		want.DownAfter, want.FailoverTimeout = time.Second, 10*time.Second
		got, err := parseClaim(replies(t, file))
		if err != nil || len(got.Others) != 2 || got.Others[0].Addr == "" || got.Others[0].ID == "" || got.Others[0].Flags[0] != "sentinel" {
			t.Errorf("%s: %+v, %v", file, got.Others, err)
		}
		if got.Others = nil; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", file, got, want)
		}
		if healthy := got.FailoverState == ""; got.Flags.Healthy() != healthy {
			t.Errorf("%s: healthy %v", file, got.Flags.Healthy())
		}
	}
}

func TestTheNewerProtocolSaysTheSame(t *testing.T) {
	want, _ := parseClaim(replies(t, "claim-redis-8.0.json"))
	all := replies(t, "claim-redis-8.0.json")
	mapped := func(reply any) any {
		m := map[any]any{}
		for pair := range slices.Chunk(reply.([]any), 2) {
			m[pair[0]] = pair[1]
		}
		return m
	}
	all["MASTER"] = mapped(all["MASTER"])
	for _, list := range []string{"REPLICAS", "SENTINELS"} {
		for i, one := range all[list].([]any) {
			all[list].([]any)[i] = mapped(one)
		}
	}
	if got, err := parseClaim(all); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRepliesThatAreNoClaim(t *testing.T) {
	for name, broken := range map[string]map[string]any{
		"nothing":        {"MASTER": []any{}},
		"a word":         {"MASTER": "OK"},
		"an odd list":    {"MASTER": []any{"name"}},
		"no address":     {"MASTER": []any{"name", "mymaster", "flags", "master"}},
		"no number":      {"MASTER": append([]any{"quorum", "two"}, replies(t, "claim-redis-8.0.json")["MASTER"].([]any)[0:10]...)},
		"no list":        {"REPLICAS": "OK"},
		"a flat list":    {"SENTINELS": []any{"name", "x"}},
		"no flags there": {"REPLICAS": []any{[]any{"ip", "127.0.0.1", "port", "1"}}},
	} {
		all := replies(t, "claim-redis-8.0.json")
		maps.Copy(all, broken)
		if got, err := parseClaim(all); err == nil {
			t.Errorf("%s was taken for %+v", name, got)
		}
	}
}

func TestVotes(t *testing.T) {
	votes := func(named ...string) Votes {
		var v Votes
		for i, name := range named {
			v = append(v, Vote{"node-" + string(rune('0'+i)), name})
		}
		return v
	}
	for _, c := range []struct {
		votes                     Votes
		text, majority, unanimous string
	}{
		{votes("a", "a", "a"), "3/3 sentinels name a", "a", "a"},
		{votes("a", "a", ""), "2/3 sentinels name a, node-2 names none", "a", ""},
		{votes("b", "a", "a"), "2/3 sentinels name a, 1/3 names b", "a", ""},
		{votes("a", "b", ""), "1/3 sentinels names a, 1/3 names b, node-2 names none", "", ""},
		{votes("a", "", ""), "1/3 sentinels names a, node-1 names none, node-2 names none", "", ""},
		{votes("a", "a", "b", "b"), "2/4 sentinels name a, 2/4 name b", "", ""},
		{votes("a"), "1/1 sentinels names a", "a", "a"},
		{votes(""), "node-0 names none", "", ""},
		{nil, "no sentinel is known", "", ""},
	} {
		majority, err := c.votes.Majority()
		unanimous, err2 := c.votes.Unanimous()
		if c.votes.String() != c.text || majority != c.majority || unanimous != c.unanimous || (err == nil) != (majority != "") || (err2 == nil) != (unanimous != "") {
			t.Errorf("%s: majority %q, %v; unanimous %q, %v", c.votes, majority, err, unanimous, err2)
		}
	}
}
