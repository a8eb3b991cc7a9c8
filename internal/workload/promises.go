package workload

import (
	"fmt"
	"iter"
	"time"
)

// Promises is what a history holds, whether or not anyone looked if it was kept.
type Promises struct {
	Acked, Failed, Indeterminate int
	First, Last                  time.Time // begin of the first operation and end of the last one
}

// String reads "4,812 acknowledged, 3 refused or never sent, 1 indeterminate, from 12:00:01.200 to 12:00:09.731 UTC".
func (p Promises) String() string {
	if p.First.IsZero() {
		return "no operation at all"
	}
	const clock = "15:04:05.000"
	return fmt.Sprintf("%s acknowledged, %s refused or never sent, %s indeterminate, from %s to %s UTC", grouped(p.Acked), grouped(p.Failed),
		grouped(p.Indeterminate), p.First.UTC().Format("2006-01-02 "+clock), p.Last.UTC().Format(clock))
}

func (p *Promises) count(o Outcome, begin, end time.Time) {
	switch o {
	case Acked:
		p.Acked++
	case Failed:
		p.Failed++
	default:
		p.Indeterminate++
	}
	if p.First.IsZero() || begin.Before(p.First) {
		p.First = begin
	}
	if end.After(p.Last) {
		p.Last = end
	}
}

// Promises counts what a history holds, and errs where it cannot be read.
func (h History) Promises() (Promises, error) {
	return promises(h.store, h.Ops(), func(op Op) span { return span{op.Outcome, op.Begin, op.End} })
}

// Promises counts what a history holds, reads included, and errs where it cannot be read.
func (h RegisterHistory) Promises() (Promises, error) {
	return promises(h.store, h.Ops(), func(op RegisterOp) span { return span{op.Outcome, op.Begin, op.End} })
}

type span struct {
	outcome    Outcome
	begin, end time.Duration
}

func promises[O any](s store, ops iter.Seq2[O, error], spanOf func(O) span) (Promises, error) {
	p := Promises{}
	started, err := startOf(s)
	for op, problem := range ops {
		if problem != nil {
			return p, problem
		}
		o := spanOf(op)
		p.count(o.outcome, started.Add(o.begin), started.Add(o.end))
	}
	return p, err
}
