package topology

import (
	"context"
	"fmt"
	"time"

	"redis-e2e/internal/redisx"
)

// Load is what was seen of a server from its replacement until it was Ready.
type Load struct {
	Samples      int           // how often both the server and the API server were asked
	Loading      int           // samples in which the server said LOADING
	ReadyTooSoon int           // of those, how many came after the API server had called this very container Ready
	Took         time.Duration // from the first LOADING to the last
}

// WatchLoad asks the member that replaces before, again and again, first whether the API server calls it Ready and then
// whether it is LOADING; it returns once the new one is Ready and has loaded. Readiness of the one before does not count.
func (d *Deployment) WatchLoad(ctx context.Context, before Member) (Load, error) {
	var l Load
	var first time.Time
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := d.Primary(ctx)
		if err == nil && now.Container != "" && now.Incarnation() != before.Incarnation() {
			info, err := redisx.ReadInfo(ctx, d.Direct(now))
			switch {
			case err != nil: // it does not listen yet
			case info.Loading:
				l.Samples, l.Loading = l.Samples+1, l.Loading+1
				if first.IsZero() {
					first = time.Now()
				}
				l.Took = time.Since(first)
				if now.Ready {
					l.ReadyTooSoon++
				}
			case now.Ready:
				return l, nil
			default:
				l.Samples++
			}
		}
		select {
		case <-ctx.Done():
			return l, fmt.Errorf("after %+v: %w", l, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
