package bootstrap

import (
	"context"
	"fmt"
	"strings"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/images"
)

// Absent lists those images that neither a node holds nor a registry serves: better now than as a pod that waits for ever.
// On a cluster that is not ours (nodes is nil) nothing is known, and the list is empty.
func (m Machine) Absent(ctx context.Context, nodes cluster.Nodes, registry string, refs []string) error {
	if nodes == nil {
		return nil
	}
	missing, err := nodes.Missing(ctx, refs)
	if err != nil {
		return err
	}
	if m.Mode == "pull" {
		missing = images.Unserved(ctx, registry, missing)
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("the chart needs %d images that no node holds and no registry serves:\n  %s\ncorrect the values (VALUES=), or load them into the nodes",
		len(missing), strings.Join(missing, "\n  "))
}
