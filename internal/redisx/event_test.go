package redisx

import (
	"strings"
	"testing"
)

// The texts are those of Redis 7.0.15 in a failover, the addresses shortened, and of its source where that one had none.
func TestEvents(t *testing.T) {
	primary, replica := Instance{"master", "m", "h:1"}, Instance{"slave", "h:2", "h:2"}
	onPrimary := func(e Event) Event { e.Instance, e.Set, e.Master = primary, "m", "h:1"; return e }
	onReplica := func(e Event) Event { e.Instance, e.Set, e.Master = replica, "m", "h:1"; return e }
	for line, want := range map[string]Event{
		"+sdown master m h 1":                                            onPrimary(Event{}),
		"+odown master m h 1 #quorum 3/2":                                onPrimary(Event{Agreeing: 3, Quorum: 2, Rest: "#quorum 3/2"}),
		"-odown master m h 1":                                            onPrimary(Event{}),
		"+try-failover master m h 1":                                     onPrimary(Event{}),
		"+elected-leader master m h 1":                                   onPrimary(Event{}),
		"+failover-end master m h 1":                                     onPrimary(Event{}),
		"+reboot master m h 1":                                           onPrimary(Event{}),
		"+monitor master m h 1 quorum 2":                                 onPrimary(Event{Quorum: 2, Rest: "quorum 2"}),
		"+new-epoch 7":                                                   {Epoch: 7, Rest: ""},
		"+vote-for-leader fb06 7":                                        {Leader: "fb06", Epoch: 7},
		"+tilt #tilt mode entered":                                       {Rest: "#tilt mode entered"},
		"+selected-slave slave h:2 h 2 @ m h 1":                          onReplica(Event{}),
		"+promoted-slave slave h:2 h 2 @ m h 1":                          onReplica(Event{}),
		"+slave-reconf-done slave h:2 h 2 @ m h 1":                       onReplica(Event{}),
		"-sdown slave h:2 h 2 @ m h 1":                                   onReplica(Event{}),
		"+convert-to-slave slave h:2 h 2 @ m h 1":                        onReplica(Event{}),
		"+fix-slave-config slave h:2 h 2 @ m h 1":                        onReplica(Event{}),
		"-role-change slave h:2 h 2 @ m h 1 new reported role is master": onReplica(Event{Rest: "new reported role is master"}),
		"+config-update-from sentinel fb06 h 3 @ m h 1":                  {Instance: Instance{"sentinel", "fb06", "h:3"}, Set: "m", Master: "h:1"},
		"+switch-master m h 1 fd00::2 2":                                 {Instance: Instance{"master", "m", "[fd00::2]:2"}, Set: "m", Master: "[fd00::2]:2", From: "h:1", To: "[fd00::2]:2"},
		"+script-child 17":                                               {Rest: "17"},
		"+a-kind-of-tomorrow master m":                                   {Rest: "master m"},
	} {
		want.Name, want.Text, _ = strings.Cut(line, " ")
		if got := ParseEvent(want.Name, want.Text); got != want {
			t.Errorf("%s\n got %+v\nwant %+v", line, got, want)
		}
	}
}

func TestEventsThatAreNotBuiltAsTheyShould(t *testing.T) {
	for _, line := range []string{
		"+switch-master m h 1 h", "+switch-master m h 1 h x", "+new-epoch x", "+new-epoch 1 2", "+vote-for-leader fb06",
		"+sdown master m h port", "+sdown slave h:2 h 2", "+sdown slave h:2 h 2 m h 1 2", "+sdown slave h:2 h 2 @ m h x", "+odown master m h 1 #quorum two",
	} {
		name, text, _ := strings.Cut(line, " ")
		if got := ParseEvent(name, text); got.Problem == "" || got.Text != text {
			t.Errorf("%s was read as %+v", line, got)
		}
	}
}
