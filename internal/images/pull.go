package images

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
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

const headLimit = 30 * time.Second // for one answer of a registry that is known to be there

func head(ctx context.Context, ref string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, headLimit, fmt.Errorf("no answer within %s", headLimit))
	defer cancel()
	r, err := name.ParseReference(ref)
	if err != nil {
		return err
	}
	_, err = remote.Head(r, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithRetryStatusCodes())
	var refused *transport.Error
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx) // the registry's client only says that its time was up
	case errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound:
		return errors.New("not found")
	}
	return err
}

// official are the references that a run pulls.
type official struct{ node, redis, older, exporter string } // older may be empty

func publishedFor(k Kubernetes, line Redis) official {
	older, _ := line.older("pull")
	return official{k.Node, line.Official, older.Official, exporterOfficial}
}

// pull gets every image of the run; without an engine only names and digests are resolved.
func (r Request) pull(ctx context.Context, e *engine.Engine, want official) (Set, error) {
	set := Set{Kubernetes: nodeVersion(want.node)}
	refs := slices.DeleteFunc([]string{want.node, want.redis, want.exporter, want.older}, func(ref string) bool { return ref == "" })
	if missing := Unserved(ctx, r.Registry, refs); len(missing) > 0 {
		return set, fmt.Errorf("these images cannot be pulled:\n  %s", strings.Join(missing, "\n  "))
	}
	var err error
	if set.Agent, err = Agent(ctx, r); err != nil {
		return set, err
	}
	r.Progress.Plan(len(refs))
	if set.Redis, err = r.pulled(ctx, want.redis); err != nil {
		return set, err
	}
	if set.Exporter, err = r.pulled(ctx, want.exporter); err != nil {
		return set, err
	}
	if want.older != "" {
		if set.Older, err = r.pulled(ctx, want.older); err != nil {
			return set, err
		}
	}
	if e == nil {
		return set, nil
	}
	node, err := r.find(ctx, want.node)
	if err != nil {
		return set, err
	}
	// a name of our own that holds the digest: kind publishes other images under a tag it has used before, and the user may hold one
	if set.Node, err = r.archive(ctx, node, fmt.Sprintf("%s:v%s-%.16s", nodeRepository, set.Kubernetes, node.digest.Hex)); err != nil {
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

// published is an image as a registry serves it now: only its manifest has been read.
type published struct {
	image  v1.Image
	digest v1.Hash // of this machine's architecture
	source string  // where it is read from
	plain  string  // its usual name, without a digest
}

func (r Request) find(ctx context.Context, ref string) (published, error) {
	source, err := name.ParseReference(mirrored(ref, r.Registry))
	if err != nil {
		return published{}, err
	}
	p := published{source: source.String()}
	p.plain, _, _ = strings.Cut(ref, "@")
	p.image, err = remote.Image(source, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain),
		remote.WithPlatform(v1.Platform{OS: "linux", Architecture: runtime.GOARCH}))
	if err == nil {
		p.digest, err = p.image.Digest()
	}
	if err != nil {
		return p, fmt.Errorf("pull %s: %w", source, err)
	}
	return p, nil
}

// pulled gives an image under its usual name.
func (r Request) pulled(ctx context.Context, ref string) (Image, error) {
	p, err := r.find(ctx, ref)
	if err != nil {
		return Image{}, err
	}
	return r.archive(ctx, p, p.plain)
}

// archive pulls the image into the cache under the name as. The key is the digest that the registry names now, so a tag
// that moved is pulled again.
func (r Request) archive(ctx context.Context, p published, as string) (Image, error) {
	tag, err := name.NewTag(as)
	if err != nil {
		return Image{}, err
	}
	a := Artifact{
		Name: "pull of " + p.source, Kind: "pulled", Inputs: []string{as, p.digest.String()},
		Build: func(_ context.Context, dir string) error {
			if err := os.WriteFile(filepath.Join(dir, digestFile), []byte(p.digest.String()), 0o644); err != nil {
				return err
			}
			return tarball.WriteToFile(filepath.Join(dir, imageTar), tag, p.image)
		},
	}
	image, err := r.finish(ctx, a, as)
	image.Origin = "pulled"
	return image, err
}

// nodeVersion reads the Kubernetes version out of a node image's tag.
func nodeVersion(ref string) string {
	plain, _, _ := strings.Cut(ref, "@")
	return strings.TrimPrefix(plain[strings.LastIndex(plain, ":")+1:], "v")
}
