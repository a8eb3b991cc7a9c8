package bootstrap

import (
	"context"
	"fmt"
	"path/filepath"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/engine"
	"redis-e2e/internal/images"
	"redis-e2e/internal/progress"
)

// ClusterDir is where kubeconfigs and locks of this machine's clusters are kept.
func ClusterDir(c config.Config) string { return filepath.Join(c.Cache, "clusters") }

// Kind describes this run's kind cluster.
func Kind(c config.Config, m Machine, t progress.Tracker) *cluster.Kind {
	return &cluster.Kind{
		Name: c.Cluster, Image: m.Images.Node.Ref, Workers: c.Workers, Dir: ClusterDir(c), Engine: m.Engine,
		Ready: c.Timeouts.ClusterReady, Progress: t,
	}
}

// Provider gives the provider the options ask for.
func Provider(c config.Config, m Machine, t progress.Tracker) cluster.Provider {
	if c.Provider == "existing" {
		return &cluster.Existing{Kubeconfig: c.Kubeconfig, Context: c.Context}
	}
	return Kind(c, m, t)
}

// Equip puts into the cluster what every suite needs: the images, and the agent on each node. It first removes what an
// earlier run left there, by a crash or by KEEP: the caller holds the cluster's lock, so no other run is going.
func (m Machine) Equip(ctx context.Context, c config.Config, cl *cluster.Cluster, t progress.Tracker) (err error) {
	stale, err := cl.Sweep(ctx)
	if err != nil {
		return err
	}
	if stale > 0 {
		t.Say("deleting %d namespaces that an earlier run left", stale)
	}
	if cl.Provider == "kind" {
		limited, cancel := context.WithTimeoutCause(ctx, c.Timeouts.ImagesLoaded, fmt.Errorf("images not loaded within %s", c.Timeouts.ImagesLoaded))
		defer cancel()
		step := t.Start("loading images into the nodes")
		err = load(limited, Kind(c, m, t), m.Images.Loaded())
		step.Done(err)
		if err != nil {
			return err
		}
	}
	return cl.EnsureNodeAgent(ctx, m.Images.Agent.Ref)
}

func load(ctx context.Context, k *cluster.Kind, all []images.Image) error {
	for _, i := range all {
		if err := k.LoadArchive(ctx, i.Archive, i.Ref); err != nil {
			return err
		}
	}
	return nil
}

// Down deletes this checkout's kind cluster, whoever made it and in whatever state it is. No engine means no cluster.
func Down(ctx context.Context, c config.Config, t progress.Tracker) (bool, error) {
	unlock, err := cluster.Lock(ClusterDir(c), c.Cluster)
	if err != nil {
		return false, err
	}
	defer unlock()
	found := false
	for _, e := range engine.Installed(ctx, c.Cache, c.Timeouts.EngineAnswers) {
		if err := e.Export(); err != nil {
			return found, err
		}
		k := Kind(c, Machine{Engine: e}, t)
		exists, err := k.Exists()
		if err != nil {
			return found, err
		}
		if !exists {
			continue
		}
		found = true
		if err := k.Delete(ctx); err != nil {
			return found, err
		}
	}
	return found, nil
}
