package expect

import (
	"fmt"
	"strings"
	"time"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/failover"
	"redis-e2e/internal/workload"
)

// SwitchedOnce holds when exactly one other server became the master: none means that the old one simply came back, two that
// failovers competed.
func SwitchedOnce() types.GomegaMatcher {
	return onOutcome{
		must:  "switch to another master exactly once",
		holds: func(o failover.Outcome) bool { return o.Happened() && len(o.Switches) == 1 },
		why: func(o failover.Outcome) string {
			var all []string
			for _, s := range o.Switches {
				all = append(all, s.String())
			}
			return fmt.Sprintf("it switched %d times: %s", len(o.Switches), strings.Join(all, "; "))
		},
	}
}

// NoFailover holds when the old master is the master again and no other ever was.
func NoFailover() types.GomegaMatcher {
	return onOutcome{
		must:  "keep its master",
		holds: func(o failover.Outcome) bool { return len(o.Switches) == 0 && o.After.Pod == o.Before.Pod },
		why:   func(o failover.Outcome) string { return fmt.Sprintf("%s became the master", o.After.Pod.Name) },
	}
}

// HandedOver holds when writes were acknowledged again before Sentinel could have missed the old master: only a hook that hands
// over can do that. Then no Sentinel held the master for objectively down either.
func HandedOver() types.GomegaMatcher {
	return onOutcome{
		must:  "hand the master over before it is missed",
		holds: func(o failover.Outcome) bool { return o.Happened() && o.Gap() < o.DownAfter },
		why: func(o failover.Outcome) string {
			return fmt.Sprintf("no write was acknowledged for %s although down-after is %s: does the preStop hook hand over, in time?",
				workload.Human(o.Gap()), workload.Human(o.DownAfter))
		},
	}
}

// Detected holds when another master took writes at most limit after the silence that Sentinel waits for.
func Detected(limit time.Duration) types.GomegaMatcher {
	return onOutcome{
		must:  "take writes again within down-after and " + workload.Human(limit),
		holds: func(o failover.Outcome) bool { return o.Happened() && o.Overhead() < limit },
		why: func(o failover.Outcome) string {
			return fmt.Sprintf("no write was acknowledged for %s, down-after is %s", workload.Human(o.Gap()), workload.Human(o.DownAfter))
		},
	}
}

// GoneWithin holds when the fault's target was gone in less than limit: a pod that outstays its grace period is a hook that hangs.
func GoneWithin(limit time.Duration) types.GomegaMatcher {
	return onOutcome{
		must:  "let the pod go within " + workload.Human(limit),
		holds: func(o failover.Outcome) bool { return o.Fault.End.Sub(o.Fault.Begin) < limit },
		why: func(o failover.Outcome) string {
			return fmt.Sprintf("it took %s", workload.Human(o.Fault.End.Sub(o.Fault.Begin)))
		},
	}
}

// OneMaster holds when no two servers that clients can reach claimed to be the master for longer than tolerated, which is zero
// where the old one is dead, and what Redis needs to demote it where it only slept or was cut off.
func OneMaster(tolerated time.Duration) types.GomegaMatcher {
	return onOutcome{
		must:  "have at most one master at any time, but for " + workload.Human(tolerated),
		holds: func(o failover.Outcome) bool { return o.Masters.Several <= tolerated },
		why:   func(o failover.Outcome) string { return o.Masters.String() },
	}
}

// MostAdvanced holds when no other replica had received more of the old master's stream than the promoted one.
func MostAdvanced() types.GomegaMatcher {
	return onOutcome{
		must:  "promote the most advanced replica",
		holds: func(o failover.Outcome) bool { return o.Happened() && o.Behind == nil },
		why:   func(o failover.Outcome) string { return o.Behind.Error() },
	}
}

// Rejoined holds when in the end every member was back, one of them master, the others in sync, and all sentinels agreed.
func Rejoined() types.GomegaMatcher {
	return onOutcome{
		must:  "form again with every member, the old master as a replica",
		holds: func(o failover.Outcome) bool { return o.Formed == nil },
		why:   func(o failover.Outcome) string { return o.Formed.Error() },
	}
}
