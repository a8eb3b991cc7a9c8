// Package harness answers: how does a spec get a deployment, break it, and keep the evidence?
//
// It is the only package that knows Ginkgo; suites know the harness and nothing below it but types and matchers.
package harness

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/engine"
	"redis-e2e/internal/progress"
	"redis-e2e/internal/session"
)

// alone makes a session for a suite that was started without the command: its own cluster, deleted afterwards.
func alone(ctx context.Context) (s session.Session, release func(context.Context) error, err error) {
	c, err := config.Load(nil)
	if err != nil {
		return s, nil, err
	}
	t := progress.Plain(os.Stderr, 30*time.Second)
	unlock, err := cluster.Lock(bootstrap.ClusterDir(c), c.Cluster)
	if err != nil {
		return s, nil, err
	}
	m, err := bootstrap.Prepare(ctx, c, t)
	if err != nil {
		return s, nil, err
	}
	p := bootstrap.Provider(c, m, t)
	cl, err := p.Acquire(ctx)
	if err != nil {
		return s, nil, err
	}
	release = func(ctx context.Context) error {
		defer unlock()
		defer t.Close()
		return p.Release(ctx, cl)
	}
	id := session.NewID(time.Now())
	s = session.Session{ID: id, Dir: filepath.Join(c.Out, id), Config: c, Machine: m, Cluster: cl.Handle}
	if m.Engine != nil {
		s.Engine = m.Engine.Name
	}
	return s, release, m.Equip(ctx, c, cl, t)
}

// nodes gives power over the cluster's machines, or nil when they are not ours.
func nodes(ctx context.Context, s session.Session) cluster.Nodes {
	for _, e := range engine.Installed(ctx, s.Config.Cache, s.Config.Timeouts.EngineAnswers) {
		if e.Name == s.Engine && e.Export() == nil {
			m := s.Machine
			m.Engine = e
			return bootstrap.Kind(s.Config, m, progress.Plain(os.Stderr, time.Hour))
		}
	}
	return nil
}
