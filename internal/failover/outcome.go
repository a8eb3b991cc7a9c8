// Package failover answers: what did one fault do to a watched release, seen by the client, the sentinels, the servers and the
// API server together?
//
// It only holds what others saw and must not import expect, harness, ginkgo or gomega.
package failover

import (
	"fmt"
	"strings"
	"time"

	"redis-e2e/internal/fault"
	"redis-e2e/internal/monitor"
	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

// Outcome is one fault and all that came of it, until the release had formed again.
type Outcome struct {
	Fault     fault.Injected
	DownAfter time.Duration // as the release configures it
	Patience  time.Duration // how long another master was waited for
	Before    topology.Member
	After     topology.Member // master when the fault was over
	Switches  []monitor.Switch
	Phases    monitor.Phases
	Masters   monitor.Masters
	Advance   monitor.Advance
	Behind    error         // why the promoted replica was not the most advanced one, or why that cannot be told
	Rejoined  time.Duration // from the end of the fault (healed, if it had to be) until all members had formed again
	Formed    error         // why they had not
	Verdict   workload.Verdict
}

// Gap is how long no write was acknowledged.
func (o Outcome) Gap() time.Duration { return o.Verdict.Outage }

// Overhead is what the gap cost beyond the silence that Sentinel waits for; negative when the master handed over.
func (o Outcome) Overhead() time.Duration { return o.Gap() - o.DownAfter }

// Happened says whether another server became the master.
func (o Outcome) Happened() bool { return len(o.Switches) > 0 && o.After.Pod != o.Before.Pod }

// Stayed tells what became of the old master when no other took over; empty when one did.
func (o Outcome) Stayed() string {
	if o.Happened() {
		return ""
	}
	how := "the same process"
	switch {
	case o.After.UID != o.Before.UID:
		how = "as a new pod"
	case o.After.Container != o.Before.Container:
		how = "in a new container"
	}
	return fmt.Sprintf("no failover happened: %s is master again, %s, and no Sentinel promoted another within %s of %s (down-after is %s)",
		o.Before.Pod.Name, how, workload.Human(o.Patience), o.Fault.Name, workload.Human(o.DownAfter))
}

// String is the outcome as one line per view, to be read at three in the morning.
func (o Outcome) String() string {
	lines := []string{fmt.Sprintf("%s: %s", o.Fault.Name, o.Fault.Evidence)}
	if stayed := o.Stayed(); stayed != "" {
		lines = append(lines, stayed)
	} else {
		lines = append(lines, fmt.Sprintf("%s gave way to %s; %s", o.Before.Pod.Name, o.After.Pod.Name, o.Phases))
	}
	for _, s := range o.Switches {
		lines = append(lines, fmt.Sprintf("switch %s after the fault: %s", workload.Human(s.At.Sub(o.Fault.Begin)), s))
	}
	lines = append(lines, o.Masters.String(), o.Verdict.String())
	if o.Behind != nil {
		lines = append(lines, o.Behind.Error())
	}
	if o.Formed != nil {
		lines = append(lines, "the members did not form again: "+o.Formed.Error())
	} else {
		lines = append(lines, "all members had formed again "+workload.Human(o.Rejoined)+" later")
	}
	return strings.Join(lines, "\n  ")
}
