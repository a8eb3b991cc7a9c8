package workload

import (
	"iter"
	"math"
	"time"
)

// Pace is how fast acknowledged writes went.
type Pace struct {
	PerSecond     float64 // acknowledged writes, over the whole history
	P50, P99, Max time.Duration
}

// stepsPerOctave makes each percentile at most 5 % too large.
const stepsPerOctave = 16

// Measure computes the pace of a history in constant memory; the percentiles are upper bounds, at most 5 % above the truth.
// A history that cannot be read is an error; one without acknowledgements has the zero pace.
func Measure(ops iter.Seq2[Op, error]) (Pace, error) {
	var counts [64 * stepsPerOctave]int
	var pace Pace
	var first, last time.Duration
	acked, started := 0, false
	for op, err := range ops {
		if err != nil {
			return Pace{}, err
		}
		if !started {
			started, first = true, op.Begin
		}
		last = op.End
		if op.Outcome == Acked {
			took := op.End - op.Begin
			counts[step(took)]++
			pace.Max = max(pace.Max, took)
			acked++
		}
	}
	if acked == 0 || last <= first {
		return Pace{}, nil
	}
	pace.PerSecond = float64(acked) / (last - first).Seconds()
	pace.P50 = min(pace.Max, percentile(counts[:], acked/2))
	pace.P99 = min(pace.Max, percentile(counts[:], acked*99/100))
	return pace, nil
}

// step numbers logarithmic classes of durations.
func step(d time.Duration) int { return int(math.Log2(float64(max(1, d))) * stepsPerOctave) }

// percentile is the upper end of the class in which the rank lies.
func percentile(counts []int, rank int) time.Duration {
	for i, n := range counts {
		if rank -= n; rank < 0 {
			return time.Duration(math.Exp2(float64(i+1) / stepsPerOctave))
		}
	}
	return 0
}
