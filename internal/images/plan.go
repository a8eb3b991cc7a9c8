package images

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"redis-e2e/internal/engine"
	"redis-e2e/internal/progress"
)

// Image is one image of a run.
type Image struct {
	Ref     string `json:"ref"`     // as pods or kind name it
	Digest  string `json:"digest"`  // of its manifest or, for a node image held by the engine, of its configuration
	Origin  string `json:"origin"`  // built or pulled
	Archive string `json:"archive"` // docker-archive file to load into nodes; empty for a node image
}

// Set is everything a run deploys that is not the chart's own choice.
type Set struct {
	Kubernetes string `json:"kubernetes"` // version of the node image, without the v
	Node       Image  `json:"node"`
	Redis      Image  `json:"redis"`
	Older      Image  `json:"older"` // Redis of a line before, with an older RDB format; zero when none is offered
	Exporter   Image  `json:"exporter"`
	Agent      Image  `json:"agent"`
}

// Loaded are the images that a cluster's nodes must hold.
func (s Set) Loaded() []Image {
	all := []Image{s.Redis, s.Exporter, s.Agent}
	if s.Older.Ref != "" {
		all = append(all, s.Older)
	}
	return all
}

// Request says which images a run needs and how they may be had.
type Request struct {
	Root     string // the checkout
	Cache    string // folder for artifacts
	K8s      string // Kubernetes line
	Redis    string // Redis line
	Mode     string // auto, pull or build
	Registry string // host:port of a mirror, or empty
	Answers  time.Duration
	Progress progress.Tracker
}

func (r Request) store() Store { return Store{Dir: r.Cache, Progress: r.Progress} }

// Agent makes the agent's image, which needs no registry and no engine.
func Agent(ctx context.Context, r Request) (Image, error) {
	bin, err := agentBinary(r.Root)
	if err != nil {
		return Image{}, err
	}
	dir, err := r.store().Ensure(ctx, bin)
	if err != nil {
		return Image{}, err
	}
	a, ref := agentImage(bin, dir)
	return r.finish(ctx, a, ref)
}

func (r Request) finish(ctx context.Context, a Artifact, ref string) (Image, error) {
	dir, err := r.store().Ensure(ctx, a)
	if err != nil {
		return Image{}, err
	}
	digest, err := os.ReadFile(filepath.Join(dir, digestFile))
	return Image{Ref: ref, Digest: string(digest), Origin: "built", Archive: filepath.Join(dir, imageTar)}, err
}

// Resolve turns auto into pull or build: pull when the registry answers for the node image in time.
func Resolve(ctx context.Context, r Request) (mode, why string, err error) {
	if r.Mode != "auto" {
		return r.Mode, "as asked", nil
	}
	k, err := FindKubernetes(r.K8s)
	if err != nil {
		return "", "", err
	}
	limited, cancel := context.WithTimeoutCause(ctx, r.Answers, fmt.Errorf("no answer within %s", r.Answers))
	defer cancel()
	ref := mirrored(k.Node, r.Registry)
	if err := head(limited, ref); err != nil {
		if ctx.Err() != nil {
			return "", "", context.Cause(ctx)
		}
		if r.Registry != "" {
			return "", "", fmt.Errorf("registry %s does not serve %s: %w", r.Registry, ref, err)
		}
		return "build", fmt.Sprintf("no registry serves %s: %v", ref, err), nil
	}
	return "pull", "a registry serves " + ref, nil
}

// Ensure makes or pulls every image of the run. Mode must be pull or build by now. e may be nil when the cluster is
// not ours and pulls its own images.
func Ensure(ctx context.Context, r Request, e *engine.Engine) (Set, error) {
	k, err := FindKubernetes(r.K8s)
	if err != nil {
		return Set{}, err
	}
	line, err := r.line()
	if err != nil {
		return Set{}, err
	}
	if r.Mode == "pull" {
		return r.pull(ctx, e, publishedFor(k, line))
	}
	b, err := newBuild(ctx, r, k, line)
	if err != nil {
		return Set{}, err
	}
	return b.run(ctx, e)
}

// RedisOnly makes or pulls just the Redis image, for tests that need no cluster.
func RedisOnly(ctx context.Context, r Request) (Image, error) {
	line, err := r.line()
	if err != nil {
		return Image{}, err
	}
	if r.Mode == "pull" {
		return r.pulled(ctx, line.Official)
	}
	return r.buildRedis(ctx, line)
}

func (r Request) buildRedis(ctx context.Context, line Redis) (Image, error) {
	base := redisRootfs(line).artifact()
	dir, err := r.store().Ensure(ctx, base)
	if err != nil {
		return Image{}, err
	}
	a, ref, err := line.image(r.Root, base, dir)
	if err != nil {
		return Image{}, err
	}
	return r.finish(ctx, a, ref)
}

func (r Request) line() (Redis, error) {
	line, err := FindRedis(r.Redis)
	if err != nil {
		return Redis{}, err
	}
	return line, line.offered(r.Mode)
}
