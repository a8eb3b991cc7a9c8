package workload

import (
	"fmt"
	"strings"
	"time"
)

// Window is when the fault was, on the history's clock (Writer.At), and how much traffic there must have been around it for a
// verdict to mean anything. The zero Window stands for no fault at all.
type Window struct {
	Name  string        `json:"name,omitempty"` // what happened, to end "before the …"; empty: fault
	Begin time.Duration `json:"begin"`          // nanoseconds in files
	End   time.Duration `json:"end,omitempty"`  // when its effects are taken to be over, e.g. a primary answers again; 0: never
	Need  Traffic       `json:"need"`
}

// Traffic is how many acknowledged writes (of registers: acknowledged operations) a verdict must rest on.
type Traffic struct {
	Before int `json:"before,omitempty"` // 0: DefaultTraffic; without a fault this is the whole history's
	During int `json:"during,omitempty"` // 0: none is promised
	After  int `json:"after,omitempty"`  // 0: DefaultTraffic
}

// DefaultTraffic is required before and after a fault when a Window does not say otherwise.
const DefaultTraffic = 100

func (w Window) none() bool { return w.Begin == 0 && w.End == 0 }

// name follows "the": names of faults begin with their own article.
func (w Window) name() string {
	if w.Name == "" {
		return "fault"
	}
	return strings.TrimPrefix(strings.TrimPrefix(w.Name, "a "), "an ")
}

// count sorts an acknowledgement at this moment into the traffic before, during or after the fault.
func (w Window) count(at time.Duration, t *Traffic) {
	switch {
	case w.none() || at < w.Begin:
		t.Before++
	case w.End > 0 && at <= w.End:
		t.During++
	default:
		t.After++
	}
}

// meets is true for a write that was on its way during the fault.
func (w Window) meets(op Op) bool {
	return !w.none() && op.End >= w.Begin && (w.End == 0 || op.Begin <= w.End)
}

// lacks says what is missing in the traffic that was seen, or nothing; what names what was counted.
func (w Window) lacks(seen Traffic, what string) string {
	need := w.Need
	if need.Before == 0 {
		need.Before = DefaultTraffic
	}
	if need.After == 0 {
		need.After = DefaultTraffic
	}
	if w.none() {
		if seen.Before < need.Before {
			return fmt.Sprintf("only %s %s, need %s", grouped(seen.Before), what, grouped(need.Before))
		}
		return ""
	}
	var lacks []string
	for _, part := range []struct {
		when       string
		seen, need int
	}{{"before", seen.Before, need.Before}, {"during", seen.During, need.During}, {"after", seen.After, need.After}} {
		if part.seen < part.need {
			lacks = append(lacks, fmt.Sprintf("only %s %s %s the %s, need %s",
				grouped(part.seen), what, part.when, w.name(), grouped(part.need)))
		}
	}
	if w.End > 0 && w.End < w.Begin {
		lacks = append(lacks, fmt.Sprintf("the %s ends before it begins", w.name()))
	}
	return strings.Join(lacks, "; ")
}
