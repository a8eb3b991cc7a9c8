// Package redistest answers: where does an integration test get a real Redis that it may kill?
//
// From the image that a run deploys, in a container on the engine that a run uses, through testcontainers-go. It is for
// tests only. It must not import redisx or anything above it.
package redistest

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/config"
	"redis-e2e/internal/engine"
	"redis-e2e/internal/images"
	"redis-e2e/internal/progress"
)

// Host is an engine that holds the Redis image and serves Docker's API.
type Host struct {
	engine *engine.Engine
	image  string
}

// Open readies this machine until t ends. Under -short it skips t; elsewhere a machine that cannot run containers fails it
// with one message. A test binary may open one at a time: testcontainers-go remembers the first address it was given.
func Open(t *testing.T) *Host {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a container, which -short leaves out")
	}
	h := &Host{}
	if err := h.open(context.WithoutCancel(t.Context()), t); err != nil { // what is cleaned up needs it after t's end
		t.Fatalf("a real Redis cannot be started here; `make doctor` says what is missing, `go test -short` leaves these tests out: %v", err)
	}
	return h
}

func (h *Host) open(ctx context.Context, t *testing.T) error {
	c, err := config.Load(nil)
	if err != nil {
		return err
	}
	p := progress.Plain(os.Stderr, 30*time.Second)
	defer p.Close()
	r := bootstrap.Request(c, p)
	if r.Mode, _, err = images.Resolve(ctx, r); err != nil {
		return err
	}
	if h.engine, err = bootstrap.Engine(ctx, c, r); err != nil {
		return err
	}
	if err := h.load(ctx, r); err != nil {
		return err
	}
	if err := h.sweep(ctx); err != nil {
		return err
	}
	dir := fmt.Sprintf("%s/redis-e2e-test-%d", os.TempDir(), os.Getpid()) // the same each time, and short enough for a socket
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	address, stop, err := h.engine.Socket(ctx, dir)
	if err != nil {
		return err
	}
	t.Cleanup(stop)
	t.Setenv("DOCKER_HOST", address)
	t.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true") // its image may not be there; sweep does its work
	return nil
}

func (h *Host) load(ctx context.Context, r images.Request) error {
	image, err := images.RedisOnly(ctx, r)
	if err != nil {
		return err
	}
	h.image = image.Ref
	held, err := h.engine.HasImage(ctx, image.Ref)
	if err != nil || held {
		return err
	}
	return h.engine.Load(ctx, image.Archive)
}

const ownerLabel = "redis-e2e.test.pid" // the process that started a container and removes it

// sweep removes containers whose test was killed before it could.
func (h *Host) sweep(ctx context.Context) error {
	ids, err := h.engine.Output(ctx, "ps", "-aq", "--filter", "label="+ownerLabel)
	if err != nil {
		return err
	}
	for _, id := range strings.Fields(ids) {
		owner, err := h.engine.Output(ctx, "inspect", "--type", "container", "--format", `{{index .Config.Labels "`+ownerLabel+`"}}`, id)
		if err != nil {
			continue // its owner removed it meanwhile
		}
		if pid, err := strconv.Atoi(owner); err == nil && syscall.Kill(pid, 0) == nil {
			continue
		}
		if _, err := h.engine.Output(ctx, "rm", "-f", "-v", id); err != nil {
			return err
		}
	}
	return nil
}
