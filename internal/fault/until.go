package fault

import (
	"context"
	"fmt"
	"time"
)

const lookEvery = 50 * time.Millisecond

// until looks again and again until nothing is missing. What is missing when ctx ends is the error, and so is at once what
// look calls fatal.
func until(ctx context.Context, look func() (missing, fatal error)) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		missing, fatal := look()
		if missing == nil || fatal != nil {
			return fatal
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), missing)
		case <-tick.C:
		}
	}
}
