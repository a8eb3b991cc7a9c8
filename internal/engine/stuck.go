package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Unstick finishes removing those of our containers whose removal was cut off, as by a crash. Podman keeps listing such a container
// without having it, and from then on refuses whatever looks at all containers. One that another process is removing just now is fine.
func (e *Engine) Unstick(ctx context.Context) error {
	stuck, err := e.removing(ctx)
	if err != nil {
		return err
	}
	for _, id := range stuck {
		_, failed := e.Output(ctx, "rm", "-f", "-v", id)
		if failed == nil {
			continue
		}
		left, err := e.removing(ctx)
		if err != nil {
			return err
		}
		if slices.Contains(left, id) {
			return fmt.Errorf("container %s was left half removed: %w", id, failed)
		}
	}
	return nil
}

// removing lists our containers that are being removed, or were when something died.
func (e *Engine) removing(ctx context.Context) ([]string, error) {
	listed, err := e.Output(ctx, "ps", "-a", "--filter", "status=removing", "--format", "{{.ID}} {{.Names}} {{.Image}}")
	if err != nil {
		return nil, err
	}
	var ids []string
	for line := range strings.Lines(listed) {
		if id, what, _ := strings.Cut(strings.TrimSpace(line), " "); strings.Contains(what, "redis-e2e") {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
