package workload

import (
	"fmt"
	"strings"
	"time"
)

// Verdict is what became of the promises of one history.
type Verdict struct {
	Acked                int // promises made
	Lost                 int // promised, and not there
	Failed               int // refused, or never sent
	Indeterminate        int // sent without an answer: no promise either way,
	IndeterminateApplied int // and these of them are there
	Phantom              int // there, though never written, or refused
	Reordered            int // promised before another write of the same key began, yet it stands behind it
	Duplicates           int // there once more than written

	FirstLost, LastLost Loss          // by the time of their acknowledgement; zero when nothing is lost
	LossWindow          time.Duration // from the first lost acknowledgement to the last
	Outage              time.Duration // longest time without any acknowledgement that overlaps the fault; see Window
	LongestGap          time.Duration // longest time without any acknowledgement in the whole history
	Traffic             Traffic       // acknowledgements before, during and after the fault
	Tried               int           // writes that were on their way during the fault, whatever came of them; without an end, since its begin
	Window              Window
	Examples            []string // of phantom, reordered and duplicate values, a few

	// Assumptions is nil when the verdict rests on enough traffic and a sound history. Otherwise the run is invalid: it must
	// not pass, whatever the numbers say.
	Assumptions error
}

// Loss is one acknowledged write that is gone.
type Loss struct {
	Key string
	Seq int64
	At  time.Duration // of its acknowledgement, on the history's clock
}

// Exposure is how far back acknowledged writes are gone: from the first lost one to the fault, or to the last lost one if that
// was acknowledged later. This, not LossWindow, is what "at most two seconds" is about.
func (v Verdict) Exposure() time.Duration {
	if v.Lost == 0 {
		return 0
	}
	return max(v.Window.Begin, v.LastLost.At) - v.FirstLost.At
}

// String is the verdict in one sentence, to be read at three in the morning.
func (v Verdict) String() string {
	parts := []string{v.kept(), "outage " + Human(v.Outage)}
	if v.Window.none() {
		parts[1] = "longest gap " + Human(v.LongestGap)
	}
	if v.Failed > 0 {
		parts = append(parts, grouped(v.Failed)+" refused or never sent")
	}
	if v.Indeterminate > 0 {
		parts = append(parts, fmt.Sprintf("%s indeterminate, %s of them applied", grouped(v.Indeterminate), grouped(v.IndeterminateApplied)))
	}
	for _, odd := range []struct {
		n    int
		what string
	}{{v.Phantom, "never promised but there"}, {v.Reordered, "out of order"}, {v.Duplicates, "there more than once"}} {
		if odd.n > 0 {
			parts = append(parts, grouped(odd.n)+" "+odd.what)
		}
	}
	if len(v.Examples) > 0 {
		parts = append(parts, "for example "+strings.Join(v.Examples, ", "))
	}
	sentence := strings.Join(parts, "; ")
	if v.Assumptions != nil {
		return fmt.Sprintf("invalid: %v (%s)", v.Assumptions, sentence)
	}
	return sentence
}

func (v Verdict) kept() string {
	first, last := v.FirstLost, v.LastLost
	switch v.Lost {
	case 0:
		return fmt.Sprintf("kept all %s acknowledged writes", grouped(v.Acked))
	case 1:
		return fmt.Sprintf("lost 1 of %s acknowledged writes; it was acknowledged %s (key %s value %d)",
			grouped(v.Acked), v.when(first, "the "+v.Window.name()), first.Key, first.Seq)
	default:
		return fmt.Sprintf("lost %s of %s acknowledged writes; the first was acknowledged %s (key %s value %d), the last %s",
			grouped(v.Lost), grouped(v.Acked), v.when(first, "the "+v.Window.name()), first.Key, first.Seq, v.when(last, "it"))
	}
}

// when places a loss relative to the fault; without a fault, on the history's clock.
func (v Verdict) when(l Loss, fault string) string {
	switch {
	case v.Window.none():
		return Human(l.At) + " into the run"
	case l.At <= v.Window.Begin:
		return Human(v.Window.Begin-l.At) + " before " + fault
	default:
		return Human(l.At-v.Window.Begin) + " after " + fault
	}
}
