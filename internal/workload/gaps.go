package workload

import "time"

// gaps measures how long no worker got an acknowledgement. Ends come in order; the time before the first acknowledgement and
// after the last one counts.
type gaps struct {
	window          Window
	open            bool
	from            time.Duration
	longest, outage time.Duration
}

// start opens the first gap, at the begin of the first operation.
func (g *gaps) start(at time.Duration) {
	if !g.open {
		g.open, g.from = true, at
	}
}

// close ends the present gap and opens the next one.
func (g *gaps) close(at time.Duration) {
	length := at - g.from
	g.longest = max(g.longest, length)
	overlaps := at > g.window.Begin && (g.window.End == 0 || g.from < g.window.End)
	if g.window.none() || overlaps {
		g.outage = max(g.outage, length)
	}
	g.from = at
}
