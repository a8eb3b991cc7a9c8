package redisx

import (
	"reflect"
	"testing"
)

func TestRoles(t *testing.T) {
	for name, c := range map[string]struct {
		reply any
		want  Role
	}{
		"master alone": {[]any{"master", int64(3129659), []any{}}, Role{Kind: "master", Offset: 3129659}},
		"master with replicas": {
			[]any{"master", int64(14), []any{[]any{"10.0.0.7", "6379", "14"}, []any{"fd00::1", "6380", "9"}}},
			Role{Kind: "master", Offset: 14, Replicas: []AttachedReplica{{"10.0.0.7:6379", 14}, {"[fd00::1]:6380", 9}}},
		},
		"slave": {
			[]any{"slave", "r-redis-node-0.r-redis-headless", int64(6379), "connected", int64(14)},
			Role{Kind: "slave", Primary: "r-redis-node-0.r-redis-headless:6379", Link: "connected", Offset: 14},
		},
		"slave that has never been in sync": {
			[]any{"slave", "10.0.0.1", int64(6379), "connecting", int64(-1)},
			Role{Kind: "slave", Primary: "10.0.0.1:6379", Link: "connecting", Offset: -1},
		},
		"sentinel": {[]any{"sentinel", []any{"mymaster", "other"}}, Role{Kind: "sentinel", Watches: []string{"mymaster", "other"}}},
	} {
		if got, err := ParseRole(c.reply); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestRepliesThatAreNoRole(t *testing.T) {
	for _, reply := range []any{
		nil, "master", []any{}, []any{"master"}, []any{"master", "x", []any{}}, []any{"master", int64(1), []any{"10.0.0.7"}},
		[]any{"master", int64(1), []any{[]any{"10.0.0.7", "6379"}}}, []any{"slave", "h", int64(1), "connected"},
		[]any{"sentinel", "mymaster"}, []any{"sentinel", []any{nil}}, []any{"primary", int64(1)},
	} {
		if got, err := ParseRole(reply); err == nil {
			t.Errorf("%v was taken for %+v", reply, got)
		}
	}
}
