package workload

import (
	"fmt"
	"math"
	"time"
)

// Quantiles are upper bounds, at most 5 % above the truth; Max is exact.
type Quantiles[T ~int64] struct{ P50, P95, P99, Max T }

// within names the first quantile that is above its limit, or nothing; a limit of 0 is none.
func (q Quantiles[T]) within(limit Quantiles[T]) string {
	for _, one := range []struct {
		name        string
		seen, limit T
	}{{"p50", q.P50, limit.P50}, {"p95", q.P95, limit.P95}, {"p99", q.P99, limit.P99}, {"max", q.Max, limit.Max}} {
		if one.limit > 0 && one.seen > one.limit {
			return fmt.Sprintf("%s %s, limit %s", one.name, amount(one.seen), amount(one.limit))
		}
	}
	return ""
}

// String reads "p50 1.2 ms, p95 2.0 ms, p99 3.1 ms, max 12 ms".
func (q Quantiles[T]) String() string {
	return fmt.Sprintf("p50 %s, p95 %s, p99 %s, max %s", amount(q.P50), amount(q.P95), amount(q.P99), amount(q.Max))
}

func amount[T ~int64](v T) string {
	if d, ok := any(v).(time.Duration); ok {
		return Human(d)
	}
	return grouped(int(v)) + " B"
}

// stepsPerOctave makes each percentile at most 5 % too large.
const stepsPerOctave = 16

// histogram counts values in logarithmic classes: 8 KiB, however many there are.
type histogram struct {
	counts [64 * stepsPerOctave]int
	zeros  int // and less
	n      int
	most   int64
}

func (h *histogram) add(v int64) {
	h.n++
	h.most = max(h.most, v)
	if v <= 0 {
		h.zeros++
		return
	}
	h.counts[int(math.Log2(float64(v))*stepsPerOctave)]++
}

// at is the upper end of the class in which this share of the values, in percent, ends.
func (h *histogram) at(percent int) int64 {
	rank := h.n*percent/100 - h.zeros
	for i := 0; rank >= 0 && i < len(h.counts); i++ {
		if rank -= h.counts[i]; rank < 0 {
			return min(h.most, int64(math.Exp2(float64(i+1)/stepsPerOctave)))
		}
	}
	return 0
}

func quantiles[T ~int64](h *histogram) Quantiles[T] {
	return Quantiles[T]{T(h.at(50)), T(h.at(95)), T(h.at(99)), T(h.most)}
}

// limits lists the quantiles that are limits.
func (q Quantiles[T]) limits(of string) (all []string) {
	for _, one := range []struct {
		name  string
		limit T
	}{{"p50", q.P50}, {"p95", q.P95}, {"p99", q.P99}, {"max", q.Max}} {
		if one.limit > 0 {
			all = append(all, fmt.Sprintf("%s %s %s", of, one.name, amount(one.limit)))
		}
	}
	return all
}
