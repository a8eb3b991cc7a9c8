package workload

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// heartbeat is a moment on a sampler's clock, as it is written to the primary and shown by a replica.
type heartbeat struct {
	run int64
	at  time.Duration
}

// String reads "1795435200000000000 8123456789".
func (b heartbeat) String() string { return fmt.Sprintf("%d %d", b.run, int64(b.at)) }

// shown reads a heartbeat of this run. One of an earlier run, or none at all, is the time before the first: nothing of ours arrived.
func shown(text string, run int64) time.Duration {
	before, after, _ := strings.Cut(text, " ")
	if before != strconv.FormatInt(run, 10) {
		return 0
	}
	at, err := strconv.ParseInt(after, 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(at)
}
