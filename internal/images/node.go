package images

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"redis-e2e/internal/engine"
)

const nodeRepository = "localhost/redis-e2e/node"

// nodePackages are what a kind node needs from Debian.
func nodePackages() []string {
	return strings.Fields("systemd systemd-sysv dbus runc iptables iproute2 conntrack ipset nftables kmod procps util-linux mount " +
		"ca-certificates curl socat ethtool jq libseccomp2 hostname bash e2fsprogs")
}

// buildNode imports the root file system into the engine, lets setup.sh turn it into a node in a privileged container,
// and commits that under ref. The name appears last, so an interrupted build leaves no image of that name.
func (p nodeParts) buildNode(ctx context.Context, e *engine.Engine, b nodeBuild) (err error) {
	stage, err := os.MkdirTemp(b.Work, "node-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(stage) }()
	if err := p.stage(stage, b); err != nil {
		return err
	}
	images := filepath.Join(stage, "images")
	if err := p.controlPlane(ctx, images); err != nil {
		return err
	}
	base := nodeRepository + "-base:" + strings.TrimPrefix(filepath.Base(stage), "node-")
	name := "redis-e2e-" + filepath.Base(stage)
	defer p.tidy(context.WithoutCancel(ctx), e, name, base)
	if _, err := e.Output(ctx, "import", filepath.Join(b.Rootfs, rootfsTar), base); err != nil {
		return err
	}
	args := []string{"run", "--name", name, "--privileged", "--network=none", "--entrypoint=/build/setup.sh"}
	for from, to := range map[string]string{
		stage: "/build", p.Kind.files(): "/build/kind", p.Kubernetes: "/build/kubernetes", p.Containerd: "/build/containerd",
	} {
		args = append(args, "-v", from+":"+to+":ro")
	}
	if _, err := e.Output(ctx, append(args, base)...); err != nil {
		return err
	}
	_, err = e.Output(ctx, "commit", "--change", `ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]`,
		"--change", "ENV container=docker", "--change", "STOPSIGNAL SIGRTMIN+3", name, b.Ref)
	return err
}

// tidy removes the build's container and its base, also after a cancel.
func (nodeParts) tidy(ctx context.Context, e *engine.Engine, name, base string) {
	_, _ = e.Output(ctx, "rm", "-f", "-v", name) // not there when the import failed
	_, _ = e.Output(ctx, "rmi", base)            // not there either then; kept while another build uses it
}

// nodeBuild says what one node image is made of and what it is called.
type nodeBuild struct {
	Root   string // the checkout
	Work   string // folder for the stage
	Rootfs string // folder with rootfs.tar
	Ref    string
}

func (p nodeParts) stage(dir string, b nodeBuild) error {
	for _, d := range []string{"images", "manifests", "kind", "kubernetes", "containerd"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return err
		}
	}
	disk, err := p.Kind.storage()
	if err != nil {
		return err
	}
	setup, err := os.ReadFile(filepath.Join(b.Root, "images", "node", "setup.sh"))
	if err != nil {
		return err
	}
	podnet, err := os.ReadFile(filepath.Join(b.Root, "images", "node", "podnet.yaml"))
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"setup.sh":                       string(setup),
		"version":                        "v" + p.Version,
		"manifests/default-storage.yaml": disk.Manifest,
		"manifests/default-cni.yaml":     strings.ReplaceAll(string(podnet), "REDIS_E2E_PODNET_IMAGE", p.PodnetRef),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			return fmt.Errorf("stage %s: %w", name, err)
		}
	}
	return nil
}
