package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	kind "sigs.k8s.io/kind/pkg/cluster"

	"redis-e2e/internal/engine"
	"redis-e2e/internal/progress"
)

// Kind makes clusters whose nodes are containers on this machine.
type Kind struct {
	Name     string
	Image    string // node image in the engine's store
	Workers  int
	Dir      string // where kubeconfig and lock are kept, outside the checkout
	Engine   *engine.Engine
	Ready    time.Duration // limit from creation to usable
	Progress progress.Tracker
}

func (k *Kind) provider(out *capture) *kind.Provider {
	runtime := kind.ProviderWithDocker()
	if k.Engine.Name == "podman" {
		runtime = kind.ProviderWithPodman()
	}
	return kind.NewProvider(runtime, kind.ProviderWithLogger(logger{out}))
}

func (k *Kind) kubeconfigPath() string { return filepath.Join(k.Dir, k.Name+".kubeconfig") }

// Acquire attaches to a healthy cluster of that name or creates one. A leftover that does not answer is deleted first;
// one that runs another node image is an error, because it may be somebody's.
func (k *Kind) Acquire(ctx context.Context) (*Cluster, error) {
	if err := os.MkdirAll(k.Dir, 0o755); err != nil {
		return nil, err
	}
	exists, err := k.Exists()
	if err != nil {
		return nil, err
	}
	if exists {
		c, err := k.attach(ctx)
		if err == nil || errors.Is(err, errOther) || ctx.Err() != nil {
			return c, err
		}
		k.Progress.Say("cluster %s is a leftover that cannot be used (%v): deleting it", k.Name, err)
		if err := k.Delete(ctx); err != nil {
			return nil, err
		}
	}
	step := k.Progress.Start(fmt.Sprintf("cluster %s: 1 control plane, %d workers", k.Name, k.Workers))
	c, err := k.create(ctx)
	step.Done(err)
	return c, err
}

// Exists says whether any node of that name is there, healthy or not.
func (k *Kind) Exists() (bool, error) {
	names, err := k.provider(&capture{}).List()
	return slices.Contains(names, k.Name), err
}

var errOther = errors.New("run `make down` first, or choose another name with CLUSTER=")

func (k *Kind) attach(ctx context.Context) (*Cluster, error) {
	nodes, err := k.provider(&capture{}).ListNodes(k.Name)
	if err != nil {
		return nil, err
	}
	if len(nodes) != k.Workers+1 {
		return nil, fmt.Errorf("cluster %s has %d nodes, this run needs %d: %w", k.Name, len(nodes), k.Workers+1, errOther)
	}
	for _, n := range nodes {
		image, err := k.Engine.Output(ctx, "inspect", "--type", "container", "--format", "{{.Config.Image}}", n.String())
		if err != nil {
			return nil, err
		}
		if image != k.Image {
			return nil, fmt.Errorf("cluster %s runs %s, this run needs %s: %w", k.Name, image, k.Image, errOther)
		}
	}
	c, err := k.connect(false)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, 30*time.Second, errors.New("not ready within 30s"))
	defer cancel()
	return c, c.awaitUsable(limited, k.Workers+1)
}

func (k *Kind) create(ctx context.Context) (*Cluster, error) {
	var out capture
	if err := k.moduleFolder(); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, k.Ready, fmt.Errorf("cluster not ready within %s", k.Ready))
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- k.provider(&out).Create(k.Name, kind.CreateWithV1Alpha4Config(k.config()), kind.CreateWithNodeImage(k.Image),
			kind.CreateWithKubeconfigPath(k.kubeconfigPath()), kind.CreateWithDisplayUsage(false), kind.CreateWithDisplaySalutation(false))
	}()
	var err error
	select {
	case err = <-done:
	case <-limited.Done(): // kind takes no context: removing the nodes under it makes it return
		err = errors.Join(context.Cause(limited), k.Delete(context.WithoutCancel(ctx)))
		<-done
	}
	if err == nil {
		var c *Cluster
		if c, err = k.connect(true); err == nil {
			if err = c.awaitUsable(limited, k.Workers+1); err == nil {
				return c, nil
			}
		}
	}
	if ctx.Err() == nil {
		err = fmt.Errorf("create cluster %s: %w\n%s%s", k.Name, err, out.String(), commandOutput(err))
	}
	return nil, errors.Join(err, k.Delete(context.WithoutCancel(ctx)))
}

func (k *Kind) connect(owned bool) (*Cluster, error) {
	text, err := k.provider(&capture{}).KubeConfig(k.Name, false)
	if err != nil {
		return nil, err
	}
	return Connect(Handle{Name: k.Name, Provider: "kind", Kubeconfig: []byte(text), Owned: owned})
}

// Release deletes the cluster if it is owned.
func (k *Kind) Release(ctx context.Context, c *Cluster) error {
	if !c.Owned {
		return nil
	}
	step := k.Progress.Start("deleting cluster " + k.Name)
	err := k.Delete(ctx)
	step.Done(err)
	return err
}

// Delete removes every node of that name, whoever made it, and its kubeconfig.
func (k *Kind) Delete(ctx context.Context) error {
	var out capture
	err := k.provider(&out).Delete(k.Name, k.kubeconfigPath())
	if err != nil {
		return fmt.Errorf("delete cluster %s: %w\n%s", k.Name, err, out.String())
	}
	if err := os.Remove(k.kubeconfigPath()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return context.Cause(ctx)
}

// ExportLogs writes kind's collection of node logs.
func (k *Kind) ExportLogs(_ context.Context, c *Cluster, dir string) error {
	var out capture
	if err := k.provider(&out).CollectLogs(c.Name, dir); err != nil {
		return fmt.Errorf("logs of cluster %s: %w: %s", c.Name, err, strings.TrimSpace(out.String()))
	}
	return nil
}

// AwaitUsable waits until an existing cluster of that name is as ready as Acquire would leave it.
func (k *Kind) AwaitUsable(ctx context.Context) error {
	c, err := k.connect(false)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeoutCause(ctx, k.Ready, fmt.Errorf("cluster not ready within %s", k.Ready))
	defer cancel()
	return c.AwaitReady(limited, k.Workers+1)
}
