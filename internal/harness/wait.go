package harness

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// within gives a context that ends after a limit, with a cause that names the event.
func within(ctx context.Context, limit time.Duration, event string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("limit for %s is %s", event, limit))
}

// slug turns a spec's name into a folder name.
func slug(text string) string {
	text = regexp.MustCompile(`[^a-zA-Z0-9]+`).ReplaceAllString(text, "-")
	return strings.ToLower(strings.Trim(text[:min(len(text), 100)], "-"))
}
