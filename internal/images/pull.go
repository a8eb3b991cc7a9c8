package images

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"redis-e2e/internal/engine"
)

// mirrored gives ref as the mirror names it: registry/path with the same tag and digest.
func mirrored(ref, registry string) string {
	if registry == "" {
		return ref
	}
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return ref // the pull that follows reports it
	}
	repo := registry + "/" + parsed.Context().RepositoryStr()
	return repo + strings.TrimPrefix(parsed.Name(), parsed.Context().Name())
}

func head(ctx context.Context, ref string) error {
	r, err := name.ParseReference(ref)
	if err != nil {
		return err
	}
	_, err = remote.Head(r, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithRetryStatusCodes())
	return err
}

// pull gets every image of the run; without an engine only names and digests are resolved.
func (r Request) pull(ctx context.Context, e *engine.Engine, k Kubernetes, line Redis) (Set, error) {
	if line.Official == "" {
		return Set{}, fmt.Errorf("redis %s can only be built: no published image is offered for it; use --images=build", line.Line)
	}
	set := Set{Kubernetes: nodeVersion(k.Node)}
	if missing := Unserved(ctx, r.Registry, []string{k.Node, line.Official}); len(missing) > 0 {
		return set, fmt.Errorf("these images cannot be pulled:\n  %s", strings.Join(missing, "\n  "))
	}
	var err error
	if set.Agent, err = Agent(ctx, r); err != nil {
		return set, err
	}
	r.Progress.Plan(2)
	if set.Redis, err = r.pullArchive(ctx, line.Official); err != nil {
		return set, err
	}
	if e == nil {
		return set, nil
	}
	if set.Node, err = r.pullArchive(ctx, k.Node); err != nil {
		return set, err
	}
	held, err := e.HasImage(ctx, set.Node.Ref)
	if err != nil || held {
		return set, err
	}
	return set, e.Load(ctx, set.Node.Archive)
}

// Unserved lists those references that no registry serves, each with the reason.
func Unserved(ctx context.Context, registry string, refs []string) []string {
	var out []string
	for _, ref := range refs {
		if err := head(ctx, mirrored(ref, registry)); err != nil {
			out = append(out, fmt.Sprintf("%s: %v", mirrored(ref, registry), err))
		}
	}
	return out
}

// pullArchive pulls one image for this machine's architecture into the cache. The key is the digest that the registry
// names now, so a tag that moved is pulled again.
func (r Request) pullArchive(ctx context.Context, ref string) (Image, error) {
	source, err := name.ParseReference(mirrored(ref, r.Registry))
	if err != nil {
		return Image{}, err
	}
	opts := []remote.Option{
		remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain),
		remote.WithPlatform(v1.Platform{OS: "linux", Architecture: runtime.GOARCH}),
	}
	img, err := remote.Image(source, opts...)
	if err != nil {
		return Image{}, fmt.Errorf("pull %s: %w", source, err)
	}
	digest, err := img.Digest()
	if err != nil {
		return Image{}, err
	}
	plain, _, _ := strings.Cut(ref, "@")
	tag, err := name.NewTag(plain)
	if err != nil {
		return Image{}, err
	}
	a := Artifact{
		Name: "pull of " + source.String(), Kind: "pulled", Inputs: []string{plain, digest.String()},
		Build: func(_ context.Context, dir string) error {
			if err := os.WriteFile(filepath.Join(dir, digestFile), []byte(digest.String()), 0o644); err != nil {
				return err
			}
			return tarball.WriteToFile(filepath.Join(dir, imageTar), tag, img)
		},
	}
	image, err := r.finish(ctx, a, plain)
	image.Origin = "pulled"
	return image, err
}

// nodeVersion reads the Kubernetes version out of a node image's tag.
func nodeVersion(ref string) string {
	plain, _, _ := strings.Cut(ref, "@")
	return strings.TrimPrefix(plain[strings.LastIndex(plain, ":")+1:], "v")
}
