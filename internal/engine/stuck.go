package engine

import (
	"context"
	"fmt"
	"strings"
)

// Unstick finishes removing those of our containers whose removal was cut off, as by a crash. Podman keeps listing such a container
// without having it, and from then on refuses whatever looks at all containers. One that another process is removing just now is fine.
func (e *Engine) Unstick(ctx context.Context) error {
	for _, id := range e.removing(ctx) {
		if _, err := e.Output(ctx, "rm", "-f", "-v", id); err != nil && strings.Contains(strings.Join(e.removing(ctx), " "), id) {
			return fmt.Errorf("container %s was left half removed: %w", id, err)
		}
	}
	return nil
}

// removing lists our containers that are being removed, or were when something died. An engine that cannot say has said so before.
func (e *Engine) removing(ctx context.Context) []string {
	listed, _ := e.Output(ctx, "ps", "-a", "--filter", "status=removing", "--format", "{{.ID}} {{.Names}} {{.Image}}")
	var ids []string
	for line := range strings.Lines(listed) {
		if id, what, _ := strings.Cut(strings.TrimSpace(line), " "); strings.Contains(what, "redis-e2e") {
			ids = append(ids, id)
		}
	}
	return ids
}
