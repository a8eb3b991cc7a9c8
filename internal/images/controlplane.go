package images

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const podnetRepository = "localhost/redis-e2e/podnet"

// nodeParts are the folders that node and control-plane images are put together from.
type nodeParts struct {
	Kubernetes, Containerd, CoreDNS, LocalPath, Pause, Agent string // folders of binaries
	Filter, Helper                                           string // folders with a rootfs.tar
	Version                                                  string // of Kubernetes, without the v
	PodnetRef                                                string
	Kind                                                     kindModule
}

// controlPlane writes every image a node needs before it can pull anything, each FROM scratch with one layer, into
// dir/NAME.tar.
func (p nodeParts) controlPlane(ctx context.Context, dir string) error {
	recipes, err := p.recipes(ctx)
	if err != nil {
		return err
	}
	for name, r := range recipes {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if _, err := r.assemble(dir, name+".tar"); err != nil {
			return fmt.Errorf("image %s: %w", r.Refs[0], err)
		}
	}
	return nil
}

func (p nodeParts) recipes(ctx context.Context) (map[string]recipe, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(p.Kubernetes, "kubeadm"),
		"config", "images", "list", "--kubernetes-version", "v"+p.Version).Output()
	if err != nil {
		return nil, fmt.Errorf("kubeadm config images list: %w", err)
	}
	sandbox, err := p.Kind.sandboxImage()
	if err != nil {
		return nil, err
	}
	disk, err := p.Kind.storage()
	if err != nil {
		return nil, err
	}
	recipes := map[string]recipe{
		"pause":              single(sandbox, p.Pause, "pause"),
		"provisioner":        single(disk.Provisioner, p.LocalPath, "local-path-provisioner"),
		"provisioner-helper": {Refs: []string{disk.Helper}, Base: filepath.Join(p.Helper, rootfsTar), Add: busybox(), Config: pathConfig()},
		"podnet":             withFilter(single(p.PodnetRef, p.Agent, "agent"), p.Filter),
	}
	for _, ref := range strings.Fields(string(out)) {
		binary := strings.Split(ref[strings.LastIndex(ref, "/")+1:], ":")[0]
		switch binary {
		case "pause":
		case "coredns":
			recipes[binary] = single(ref, p.CoreDNS, "coredns")
		case "etcd":
			r := single(ref, p.Kubernetes, "server")
			r.Add[0].Path = "usr/local/bin/etcd" // its module's command is called server
			recipes[binary] = r
		case "kube-proxy":
			recipes[binary] = withFilter(single(ref, p.Kubernetes, binary), p.Filter)
		default:
			recipes[binary] = single(ref, p.Kubernetes, binary)
		}
	}
	return recipes, nil
}

func single(ref, dir, binary string) recipe {
	r := recipe{
		Refs: []string{ref}, Config: pathConfig(),
		Add: []entry{{Path: "usr/local/bin/" + binary, From: filepath.Join(dir, binary), Mode: 0o755}},
	}
	r.Config.Entrypoint = []string{"/usr/local/bin/" + binary}
	return r
}

func pathConfig() v1.Config {
	return v1.Config{Env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}}
}

// withFilter puts iptables (in its nftables form) and nft under the binary.
func withFilter(r recipe, dir string) recipe {
	r.Base = filepath.Join(dir, rootfsTar)
	for _, name := range []string{"iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"} {
		r.Add = append(r.Add, entry{Path: "usr/sbin/" + name, Link: "xtables-nft-multi"})
	}
	return r
}

func busybox() []entry {
	var links []entry
	for _, name := range []string{"sh", "mkdir", "rm", "chmod"} {
		links = append(links, entry{Path: "bin/" + name, Link: "busybox"})
	}
	return links
}

// pauseBinary compiles images/pause.
func pauseBinary(root string) (Artifact, error) {
	sum, err := hashSources(root, "images/pause")
	if err != nil {
		return Artifact{}, err
	}
	return Artifact{
		Name: "pause", Kind: "pause", Inputs: []string{"pause", runtime.Version(), runtime.GOARCH, sum},
		Build: func(ctx context.Context, dir string) error {
			work := filepath.Join(root, "images", "pause")
			_, err := goOutput(ctx, os.TempDir(), "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(dir, "pause"), filepath.Join(work, "main.go"))
			return err
		},
	}, nil
}
