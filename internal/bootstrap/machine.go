// Package bootstrap answers: how does this run get from its options to a cluster it can deploy to?
//
// It calls engine, images and cluster in that order. It must not import ginkgo, gomega, chart or anything that deploys.
package bootstrap

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"redis-e2e/internal/config"
	"redis-e2e/internal/engine"
	"redis-e2e/internal/images"
	"redis-e2e/internal/progress"
)

// Machine is a machine that is ready to make a cluster.
type Machine struct {
	Engine *engine.Engine `json:"-"`
	Images images.Set     `json:"images"`
	Mode   string         `json:"mode"` // pull or build
	Why    string         `json:"why"`
}

// Request translates options for the images package.
func Request(c config.Config, t progress.Tracker) images.Request {
	return images.Request{
		Root: c.Root, Cache: c.Cache, K8s: c.K8s, Redis: c.Redis, Mode: c.Images, Registry: c.Registry,
		Answers: c.Timeouts.RegistryAnswers, Progress: t,
	}
}

// Prepare proves an engine and makes or pulls every image of the run. On an existing cluster no engine is needed.
func Prepare(ctx context.Context, c config.Config, t progress.Tracker) (Machine, error) {
	r := Request(c, t)
	m := Machine{}
	var err error
	if c.Provider == "existing" {
		m.Mode, m.Why = "pull", "the existing cluster pulls its own images"
		r.Mode = m.Mode
		m.Images, err = images.Ensure(ctx, r, nil)
		return m, err
	}
	if m.Mode, m.Why, err = images.Resolve(ctx, r); err != nil {
		return m, err
	}
	r.Mode = m.Mode
	t.Say("images: %s (%s)", m.Mode, m.Why)
	if m.Engine, err = Engine(ctx, c, r); err != nil {
		return m, err
	}
	t.Say("engine: %s %s (%s)", m.Engine.Name, m.Engine.Version, m.Engine.Why)
	m.Images, err = images.Ensure(ctx, r, m.Engine)
	return m, err
}

// Engine finds and proves a container engine, and installs what is missing where that is possible.
func Engine(ctx context.Context, c config.Config, r images.Request) (*engine.Engine, error) {
	build := r.Mode == "build"
	if missing := engine.Missing(true); build && len(missing) > 0 && missing[len(missing)-1] == "mmdebstrap" {
		if err := install(ctx, r, []string{"mmdebstrap"}); err != nil {
			return nil, fmt.Errorf("images have to be built here, which needs mmdebstrap (with a mirror, REGISTRY=host:port, nothing is built): %w", err)
		}
	}
	agent, err := images.Agent(ctx, r)
	if err != nil {
		return nil, err
	}
	e, err := engine.Find(ctx, engine.Options{
		Want: c.Engine, Dir: c.Cache, Answers: c.Timeouts.EngineAnswers,
		Prove: func(ctx context.Context, e *engine.Engine) error {
			return e.Prove(ctx, engine.Proof{Archive: agent.Archive, Ref: agent.Ref, Command: []string{"echo"}})
		},
		Install: func(ctx context.Context) error { return install(ctx, r, engine.Missing(build)) },
	})
	if err != nil {
		return nil, err
	}
	if err := e.Export(); err != nil {
		return nil, err
	}
	return e, e.Unstick(ctx)
}

// install has one process at a time ask apt-get, which does not wait for another one that reads package lists.
func install(ctx context.Context, r images.Request, packages []string) error {
	if err := engine.CanInstall(packages); err != nil {
		return err
	}
	if err := os.MkdirAll(r.Cache, 0o755); err != nil {
		return err
	}
	lock := flock.New(filepath.Join(r.Cache, "apt.lock"))
	if _, err := lock.TryLockContext(ctx, 200*time.Millisecond); err != nil {
		return fmt.Errorf("lock %s: %w", lock.Path(), err)
	}
	defer func() { _ = lock.Unlock() }()
	step := r.Progress.Start(fmt.Sprintf("installing Debian packages %v", packages))
	err := engine.Install(ctx, packages)
	step.Done(err)
	return err
}
