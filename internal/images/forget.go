package images

import (
	"context"
	"strings"

	"redis-e2e/internal/engine"
)

// Forget removes every image from the engine's store that this package put there under its own name.
func Forget(ctx context.Context, e *engine.Engine) error {
	out, err := e.Output(ctx, "images", "--format", "{{.Repository}}:{{.Tag}}")
	if err != nil {
		return err
	}
	for _, ref := range strings.Fields(out) {
		if !strings.HasPrefix(ref, "localhost/redis-e2e/") {
			continue
		}
		if _, err := e.Output(ctx, "rmi", ref); err != nil {
			return err
		}
	}
	return nil
}
