package cluster

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/distribution/reference"
	"golang.org/x/sync/errgroup"
	kindnodes "sigs.k8s.io/kind/pkg/cluster/nodes"
	"sigs.k8s.io/kind/pkg/cluster/nodeutils"
	"sigs.k8s.io/kind/pkg/exec"
)

// Restart kills the node's container and starts it again: no process on it can say goodbye.
func (k *Kind) Restart(ctx context.Context, node NodeName) error {
	if _, err := k.Engine.Output(ctx, "kill", string(node)); err != nil {
		return err
	}
	_, err := k.Engine.Output(context.WithoutCancel(ctx), "start", string(node)) // never leave it down
	return err
}

// LoadArchive imports a docker-archive file into every node that lacks ref, all nodes at once.
func (k *Kind) LoadArchive(ctx context.Context, archive, ref string) error {
	nodes, err := k.provider(&capture{}).ListNodes(k.Name)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, n := range nodes {
		g.Go(func() error {
			held, err := holds(ctx, n, complete(ref))
			if err != nil || held {
				return err
			}
			f, err := os.Open(archive)
			if err != nil {
				return err
			}
			defer f.Close()
			if err := nodeutils.LoadImageArchive(n, f); err != nil {
				return fmt.Errorf("load %s into node %s: %w", ref, n, err)
			}
			return nil
		})
	}
	return g.Wait()
}

// Missing gives those references that some node's image store lacks.
func (k *Kind) Missing(ctx context.Context, refs []string) ([]string, error) {
	nodes, err := k.provider(&capture{}).ListNodes(k.Name)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, ref := range refs {
		for _, n := range nodes {
			held, err := holds(ctx, n, complete(ref))
			if err != nil {
				return nil, err
			}
			if !held {
				missing = append(missing, ref)
				break
			}
		}
	}
	return missing, nil
}

// complete adds what Docker's short names leave out, as the node's image store does; a digest makes it drop the tag.
func complete(ref string) string {
	named, err := reference.ParseDockerRef(ref)
	if err != nil {
		return ref // no store holds such a name
	}
	return named.String()
}

// holds asks the node's image store; the names in it are complete, with their registry.
func holds(ctx context.Context, n kindnodes.Node, ref string) (bool, error) {
	lines, err := exec.OutputLines(n.CommandContext(ctx, "ctr", "--namespace=k8s.io", "images", "ls", "-q"))
	if err != nil {
		return false, fmt.Errorf("images of node %s: %w: %s", n, err, strings.Join(lines, " "))
	}
	for _, l := range lines {
		if l == ref {
			return true, nil
		}
	}
	return false, nil
}
