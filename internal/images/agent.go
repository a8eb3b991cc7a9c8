package images

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const agentRepository = "localhost/redis-e2e/agent"

// agentBinary compiles cmd/agent of this checkout. Its inputs are the sources themselves: a change of one line gives
// another image name, so a stale agent cannot be used by mistake.
func agentBinary(root string) (Artifact, error) {
	sum, err := hashSources(root, "cmd/agent", "internal/agent", "go.mod", "go.sum", "internal/images/agent.go", "internal/images/assemble.go")
	if err != nil {
		return Artifact{}, err
	}
	return Artifact{
		Name: "agent", Kind: "agent-bin", Inputs: []string{"agent", runtime.Version(), runtime.GOARCH, sum},
		Build: func(ctx context.Context, dir string) error {
			_, err := goOutput(ctx, root, "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(dir, "agent"), "./cmd/agent")
			return err
		},
	}, nil
}

// agentImage is the relay's and the node agent's image: one static binary and nothing else.
func agentImage(bin Artifact, binDir string) (Artifact, string) {
	ref := agentRepository + ":" + key("agent image", bin.Key())
	return Artifact{
		Name: "agent image", Kind: "agent", Inputs: []string{"agent image", bin.Key()},
		Build: func(_ context.Context, dir string) error {
			return assembleInto(dir, recipe{
				Refs:   []string{ref},
				Add:    []entry{{Path: "agent", From: filepath.Join(binDir, "agent"), Mode: 0o755}},
				Config: v1.Config{Entrypoint: []string{"/agent"}},
			})
		},
	}, ref
}

const (
	imageTar   = "image.tar"
	digestFile = "digest"
)

// assembleInto writes image.tar and the image's digest into dir.
func assembleInto(dir string, r recipe) error {
	digest, err := r.assemble(dir, imageTar)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, digestFile), []byte(digest.String()), 0o644)
}

// hashSources gives one sum over the names and contents of all files below the given paths, tests left out.
func hashSources(root string, paths ...string) (string, error) {
	var files []string
	for _, p := range paths {
		err := filepath.WalkDir(filepath.Join(root, p), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && !strings.HasSuffix(path, "_test.go") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	sort.Strings(files)
	h := sha256.New()
	for _, path := range files {
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return "", err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(h, "%s %d\n%s", rel, len(text), text) // the length keeps neighbours apart
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
