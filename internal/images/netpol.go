package images

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Netpol is upstream's NetworkPolicy suite, compiled for the cluster's Kubernetes.
type Netpol struct {
	Command string // the suite; Ginkgo runs it several times side by side
	Ginkgo  string // of the suite's own version
	Pods    Image  // that its pods run
}

// EnsureNetpol compiles what upstream's NetworkPolicy suite needs. No registry is asked.
func EnsureNetpol(ctx context.Context, r Request) (Netpol, error) {
	k, err := FindKubernetes(r.K8s)
	if err != nil {
		return Netpol{}, err
	}
	mod, err := moduleOf(ctx, r.Root, moduleAt{"netpol", k.Version})
	if err != nil {
		return Netpol{}, err
	}
	main, err := os.ReadFile(filepath.Join(r.Root, "images", "netpol", "main.go"))
	if err != nil {
		return Netpol{}, err
	}
	a := goBuild{Group: "netpol", Mod: mod, Main: main}.artifact("NetworkPolicy suite of Kubernetes " + k.Version)
	dir, err := r.store().Ensure(ctx, a)
	if err != nil {
		return Netpol{}, err
	}
	n := Netpol{Command: filepath.Join(dir, "netpol"), Ginkgo: filepath.Join(dir, "ginkgo")}
	ref, err := exec.CommandContext(ctx, n.Command, "-image").Output()
	if err != nil {
		return n, err
	}
	image, name := agnhostImage(a, agnhost{dir, strings.TrimSpace(string(ref))})
	n.Pods, err = r.finish(ctx, image, name)
	return n, err
}

type agnhost struct{ dir, ref string }

// agnhostImage is under upstream's name, so that its pods find it and no registry is asked.
func agnhostImage(bin Artifact, from agnhost) (Artifact, string) {
	inputs := []string{"agnhost image", bin.Key(), from.ref}
	return Artifact{
		Name: "image of the NetworkPolicy suite's pods", Kind: "agnhost", Inputs: inputs,
		Build: func(_ context.Context, dir string) error {
			return assembleInto(dir, recipe{
				Refs:   []string{from.ref},
				Add:    []entry{{Path: "agnhost", From: filepath.Join(from.dir, "agnhost"), Mode: 0o755}},
				Config: v1.Config{Entrypoint: []string{"/agnhost"}},
			})
		},
	}, from.ref
}
