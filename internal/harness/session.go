// Package harness answers: how does a spec get a deployment, break it, and keep the evidence?
//
// It is the only package that knows Ginkgo; suites know the harness and nothing below it but types and matchers.
package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/engine"
	"redis-e2e/internal/progress"
)

// Session is everything a suite's processes share: written once, by the command or by a suite that runs alone.
type Session struct {
	ID      string            `json:"id"`
	Dir     string            `json:"dir"` // folder for this run's results
	Config  config.Config     `json:"config"`
	Machine bootstrap.Machine `json:"machine"`
	Engine  string            `json:"engine"`
	Cluster cluster.Handle    `json:"cluster"`
}

// Write stores the session where LoadSession finds it. The file holds the cluster's credentials, so it stays in the
// cache and is for this user only.
func (s Session) Write(path string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// LoadSession reads what Write stored.
func LoadSession(path string) (Session, error) {
	var s Session
	text, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("session %s: %w", path, err)
	}
	return s, nil
}

// NewID names a run by its start, to the second, and the process, so that two runs never share a folder.
func NewID(now time.Time) string {
	return fmt.Sprintf("%s-%d", now.UTC().Format("20060102-150405"), os.Getpid())
}

// alone makes a session for a suite that was started without the command: its own cluster, deleted afterwards.
func alone(ctx context.Context) (s Session, release func(context.Context) error, err error) {
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
	id := NewID(time.Now())
	s = Session{ID: id, Dir: filepath.Join(c.Out, id), Config: c, Machine: m, Cluster: cl.Handle}
	if m.Engine != nil {
		s.Engine = m.Engine.Name
	}
	return s, release, bootstrap.Equip(ctx, c, m, cl, t)
}

// nodes gives power over the cluster's machines, or nil when they are not ours.
func (s Session) nodes(ctx context.Context) cluster.Nodes {
	for _, e := range engine.Installed(ctx, s.Config.Cache, s.Config.Timeouts.EngineAnswers) {
		if e.Name == s.Engine && e.Export() == nil {
			m := s.Machine
			m.Engine = e
			return bootstrap.Kind(s.Config, m, progress.Plain(os.Stderr, time.Hour))
		}
	}
	return nil
}
