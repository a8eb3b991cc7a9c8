package workload

import (
	"iter"
	"time"
)

// Pace is how fast acknowledged writes went.
type Pace struct {
	PerSecond     float64 // acknowledged writes, over the whole history
	P50, P99, Max time.Duration
}

// Measure computes the pace of a history in constant memory; the percentiles are upper bounds, at most 5 % above the truth.
// A history that cannot be read is an error; one without acknowledgements has the zero pace.
func Measure(ops iter.Seq2[Op, error]) (Pace, error) {
	var took histogram
	var first, last time.Duration
	started := false
	for op, err := range ops {
		if err != nil {
			return Pace{}, err
		}
		if !started {
			started, first = true, op.Begin
		}
		last = op.End
		if op.Outcome == Acked {
			took.add(int64(op.End - op.Begin))
		}
	}
	if took.n == 0 || last <= first {
		return Pace{}, nil
	}
	q := quantiles[time.Duration](&took)
	return Pace{PerSecond: float64(took.n) / (last - first).Seconds(), P50: q.P50, P99: q.P99, Max: q.Max}, nil
}
