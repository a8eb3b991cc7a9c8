package images

import (
	"context"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// kindModule is the source of the kind module this project builds against: its node files are read from there, so that
// a node built here starts exactly as kind expects.
type kindModule struct {
	Dir     string
	Version string
}

func findKind(ctx context.Context, root string) (kindModule, error) {
	out, err := goOutput(ctx, root, "list", "-m", "-f", "{{.Dir}}\n{{.Version}}", "sigs.k8s.io/kind")
	if err != nil {
		return kindModule{}, err
	}
	dir, version, ok := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if !ok || dir == "" {
		if _, err := goOutput(ctx, root, "mod", "download", "sigs.k8s.io/kind"); err != nil {
			return kindModule{}, err
		}
		return findKind(ctx, root)
	}
	return kindModule{Dir: dir, Version: version}, nil
}

// files is the folder kind's base image is made from.
func (k kindModule) files() string { return filepath.Join(k.Dir, "images", "base", "files") }

// sandboxImage is the pause image that kind's containerd configuration names.
func (k kindModule) sandboxImage() (string, error) {
	text, err := os.ReadFile(filepath.Join(k.files(), "etc", "containerd", "config.toml"))
	if err != nil {
		return "", err
	}
	m := regexp.MustCompile(`sandbox_image = "([^"]+)"`).FindSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("kind %s: its containerd configuration names no sandbox image", k.Version)
	}
	return string(m[1]), nil
}

// storage is what kind puts on a node for its default storage class.
type storage struct{ Manifest, Provisioner, Helper string }

// storage evaluates the constants of kind's node image builder.
func (k kindModule) storage() (storage, error) {
	path := filepath.Join(k.Dir, "pkg", "build", "nodeimage", "const_storage.go")
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		return storage{}, err
	}
	pkg, err := (&types.Config{Importer: importer.Default()}).Check("nodeimage", set, []*ast.File{file}, nil)
	if err != nil {
		return storage{}, err
	}
	var s storage
	for name, to := range map[string]*string{
		"defaultStorageManifest": &s.Manifest, "storageProvisionerImage": &s.Provisioner, "storageHelperImage": &s.Helper,
	} {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok {
			return s, fmt.Errorf("kind %s: %s has no constant %s", k.Version, path, name)
		}
		*to = constant.StringVal(c.Val())
	}
	return s, nil
}
