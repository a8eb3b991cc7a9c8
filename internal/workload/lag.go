package workload

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Lag is how far one replica was behind its primary while a LagSampler watched.
//
// Age is how old the newest heartbeat is that the replica shows: at least what a reader of the replica misses, and at most one
// heartbeat and one round trip more, which is its floor. Bytes are the primary's offset, asked after the replica had answered, less the
// replica's: never too small, and too large by what the primary wrote in that round trip. A moment at which the
// replica did not answer counts in both as if it had shown once more what it showed last.
type Lag struct {
	Replica string
	Age     Quantiles[time.Duration]
	Bytes   Quantiles[int64] // of the replication stream
	Samples int              // answered by replica and primary
	Errors  int              // asked, without a usable answer
	Missing int              // due, and not asked: too many still waited for their answers, or this process had no time
	Rate    float64          // samples a second
	For     time.Duration    // watched

	Heartbeats int           // acknowledged by the primary
	Pause      time.Duration // longest time between two of them; a pause of our own is part of Age
	LastError  string        // empty: there was none

	// Assumptions is nil when both the replica and the primary answered often enough. Otherwise the figures prove nothing.
	Assumptions error

	waited int // of Missing, those that count in Age and Bytes
}

// MinLagRate is how many samples a second each replica must have answered, and how many heartbeats a second the primary.
const MinLagRate = 100

// String is the lag in one line, to be read at three in the morning.
func (l Lag) String() string {
	line := fmt.Sprintf("replica %s lags age %s; bytes %s; %.0f samples/s over %s, %s errors, %s missing; heartbeats paused %s at most",
		l.Replica, l.Age, l.Bytes, l.Rate, Human(l.For), grouped(l.Errors), grouped(l.Missing), Human(l.Pause))
	if l.LastError != "" {
		line += "; last error: " + l.LastError
	}
	if l.Assumptions != nil {
		return fmt.Sprintf("invalid: %v (%s)", l.Assumptions, line)
	}
	return line
}

// assume judges whether the samples are enough.
func (l *Lag) assume() {
	var doubts []string
	if l.Samples < MinLagRate {
		doubts = append(doubts, fmt.Sprintf("only %s samples of replica %s, need %d", grouped(l.Samples), l.Replica, MinLagRate))
	}
	if l.Rate < MinLagRate {
		doubts = append(doubts, fmt.Sprintf("replica %s answered only %.0f samples a second, need %d", l.Replica, l.Rate, MinLagRate))
	}
	if beats := float64(l.Heartbeats) / l.For.Seconds(); beats < MinLagRate {
		doubts = append(doubts, fmt.Sprintf("the primary acknowledged only %.0f heartbeats a second, need %d", beats, MinLagRate))
	}
	if len(doubts) > 0 {
		l.Assumptions = errors.New(strings.Join(doubts, "; "))
	}
}

// LagBudget is what a replica's lag may be at most; a zero field is no limit.
type LagBudget struct {
	Age   Quantiles[time.Duration]
	Bytes Quantiles[int64]
}

// Broken names the first quantile that is above the budget and the replica, or nothing.
func (b LagBudget) Broken(l Lag) string {
	if broken := l.Age.within(b.Age); broken != "" {
		return fmt.Sprintf("replica %s is too old: age %s", l.Replica, broken)
	}
	if broken := l.Bytes.within(b.Bytes); broken != "" {
		return fmt.Sprintf("replica %s is too far behind: bytes %s", l.Replica, broken)
	}
	return ""
}

// String reads "age p99 100 ms, bytes max 65,536 B".
func (b LagBudget) String() string {
	return strings.Join(append(b.Age.limits("age"), b.Bytes.limits("bytes")...), ", ")
}
