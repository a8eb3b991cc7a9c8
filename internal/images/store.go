package images

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"redis-e2e/internal/progress"
)

// Artifact is something made once per set of inputs: a folder of files.
type Artifact struct {
	Name   string                                      // for people, for example "kubernetes 1.37.2"
	Kind   string                                      // folder in the cache, for example "kubernetes"
	Inputs []string                                    // everything the result depends on
	Build  func(ctx context.Context, dir string) error // fills dir
}

// Key is the artifact's content address: 16 hex digits over its inputs.
func (a Artifact) Key() string { return key(a.Inputs...) }

func key(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s\n", len(p), p) // lengths keep ("ab","c") apart from ("a","bc")
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Store keeps artifacts in Dir/<kind>/<key>. A folder is there whole or not at all; several processes may share it.
type Store struct {
	Dir      string
	Progress progress.Tracker
}

// Has says whether the artifact is in the store.
func (s Store) Has(a Artifact) bool {
	_, err := os.Stat(s.path(a))
	return err == nil
}

func (s Store) path(a Artifact) string { return filepath.Join(s.Dir, a.Kind, a.Key()) }

// Ensure gives the artifact's folder and builds it first when it is missing. A build that fails or is interrupted
// leaves nothing; a second process that wants the same waits for the first.
func (s Store) Ensure(ctx context.Context, a Artifact) (string, error) {
	final := s.path(a)
	if s.Has(a) {
		return final, nil
	}
	unlock, err := s.lock(ctx, a)
	if err != nil {
		return "", err
	}
	defer unlock()
	if s.Has(a) {
		return final, nil
	}
	step := s.Progress.Start(a.Name)
	err = s.build(ctx, a, final)
	step.Done(err)
	return final, err
}

func (s Store) build(ctx context.Context, a Artifact, final string) error {
	// we hold the lock: an unfinished folder of this key is what an earlier, killed build left
	old, err := filepath.Glob(final + ".new-*")
	if err != nil {
		return err
	}
	for _, dir := range old {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp(filepath.Dir(final), filepath.Base(final)+".new-")
	if err != nil {
		return explain(err, s.Dir)
	}
	defer func() { _ = os.RemoveAll(dir) }() // gone already when the rename below worked
	if err := a.Build(ctx, dir); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return fmt.Errorf("%s: %w", a.Name, explain(err, s.Dir))
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	return os.Rename(dir, final)
}

func (s Store) lock(ctx context.Context, a Artifact) (func(), error) {
	if err := os.MkdirAll(filepath.Join(s.Dir, a.Kind), 0o755); err != nil {
		return nil, explain(err, s.Dir)
	}
	l := flock.New(s.path(a) + ".lock")
	held, err := l.TryLock()
	if err == nil && !held {
		s.Progress.Say("  waiting for another run that is making %s", a.Name)
		if _, err = l.TryLockContext(ctx, 200*time.Millisecond); err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: lock %s: %w", a.Name, l.Path(), explain(err, s.Dir))
	}
	return func() { _ = l.Unlock() }, nil
}

// explain turns "no space left" from whatever depth into the one thing to do. Commands write it in either case.
func explain(err error, dir string) error {
	full := errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
	for _, text := range []string{"no space left on device", "disk quota exceeded"} {
		full = full || strings.Contains(strings.ToLower(err.Error()), text)
	}
	if full {
		return fmt.Errorf("the disk is full: free space below %s, or set CACHE to a folder on a larger disk: %w", dir, err)
	}
	return err
}
