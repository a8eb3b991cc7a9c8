package images

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

const kubernetesModule = "k8s.io/kubernetes"

// kubernetesMod gives the go.mod that builds one Kubernetes release: our tool block, the release's module, each of its
// staging modules at the release's own version, and the etcd server that matches its etcd client.
func kubernetesMod(template, upstream []byte, version string) ([]byte, error) {
	ours, err := modfile.Parse("images/kubernetes/go.mod", template, nil)
	if err != nil {
		return nil, err
	}
	theirs, err := modfile.Parse(kubernetesModule+"/go.mod", upstream, nil)
	if err != nil {
		return nil, err
	}
	if err := ours.AddRequire(kubernetesModule, "v"+version); err != nil {
		return nil, err
	}
	_, patch, ok := strings.Cut(version, ".")
	if !ok {
		return nil, fmt.Errorf("kubernetes version %q has no minor number", version)
	}
	staged := 0
	for _, r := range theirs.Replace {
		if !strings.HasPrefix(r.New.Path, "./staging/") {
			continue
		}
		staged++
		if err := ours.AddReplace(r.Old.Path, "", r.Old.Path, "v0."+patch); err != nil {
			return nil, err
		}
	}
	if staged == 0 {
		return nil, fmt.Errorf("%s v%s replaces no staging module: its layout has changed", kubernetesModule, version)
	}
	etcd := slices.IndexFunc(theirs.Require, func(r *modfile.Require) bool { return r.Mod.Path == "go.etcd.io/etcd/client/v3" })
	if etcd < 0 {
		return nil, fmt.Errorf("%s v%s requires no etcd client, so its etcd is unknown: its layout has changed", kubernetesModule, version)
	}
	if err := ours.AddRequire("go.etcd.io/etcd/server/v3", theirs.Require[etcd].Mod.Version); err != nil {
		return nil, err
	}
	ours.Cleanup()
	return ours.Format()
}

// moduleAt is a folder below images/ whose tools are built from one Kubernetes release.
type moduleAt struct{ group, version string }

// moduleOf gives its go.mod for that release.
func moduleOf(ctx context.Context, root string, m moduleAt) ([]byte, error) {
	template, err := readMod(root, m.group)
	if err != nil {
		return nil, err
	}
	upstream, err := downloadMod(ctx, kubernetesModule, "v"+m.version)
	if err != nil {
		return nil, err
	}
	return kubernetesMod(template, upstream, m.version)
}

// downloadMod gives the go.mod of a published module, from the module cache or the module proxy.
func downloadMod(ctx context.Context, module, version string) ([]byte, error) {
	out, err := goOutput(ctx, os.TempDir(), "mod", "download", "-json", module+"@"+version)
	if err != nil {
		return nil, err
	}
	var info struct{ GoMod string }
	if err := json.Unmarshal(out, &info); err != nil {
		return nil, err
	}
	return os.ReadFile(info.GoMod)
}

func readMod(root, group string) ([]byte, error) {
	return os.ReadFile(filepath.Join(root, "images", group, "go.mod"))
}
