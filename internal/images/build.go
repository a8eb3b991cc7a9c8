package images

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"golang.org/x/sync/errgroup"

	"redis-e2e/internal/engine"
)

// build is the offline path: leaves first, two at a time, then the images that need them.
type build struct {
	r      Request
	k      Kubernetes
	redis  Redis
	older  *Redis // to upgrade from; nil when there is none
	kind   kindModule
	leaves map[string]Artifact
	recipe string // sum over the files that turn leaves into a node
}

func newBuild(ctx context.Context, r Request, k Kubernetes, redis Redis) (*build, error) {
	kind, err := findKind(ctx, r.Root)
	if err != nil {
		return nil, err
	}
	b := &build{r: r, k: k, redis: redis, kind: kind, leaves: map[string]Artifact{
		"rootfs":   rootfs{Name: "node", Suite: "bookworm", Variant: "minbase", Include: nodePackages()}.artifact(),
		"filter":   rootfs{Name: "filter", Suite: "bookworm", Variant: "extract", Include: []string{"iptables", "nftables"}}.artifact(),
		"helper":   rootfs{Name: "helper", Suite: "bookworm", Variant: "extract", Include: []string{"busybox-static"}}.artifact(),
		"redis":    redisRootfs(redis).artifact(),
		"exporter": exporterRootfs().artifact(),
	}}
	if older, ok := redis.older("build"); ok {
		b.older = &older
		b.leaves["older"] = redisRootfs(older).artifact()
	}
	if b.recipe, err = hashSources(r.Root, "images/node", "internal/images/node.go", "internal/images/controlplane.go", "internal/images/assemble.go"); err != nil {
		return nil, err
	}
	if b.leaves["agent"], err = agentBinary(r.Root); err != nil {
		return nil, err
	}
	if b.leaves["pause"], err = pauseBinary(r.Root); err != nil {
		return nil, err
	}
	for group, tags := range map[string]string{"containerd": "no_btrfs,no_zfs,no_devmapper", "coredns": "", "local-path-provisioner": ""} {
		mod, err := readMod(r.Root, group)
		if err != nil {
			return nil, err
		}
		b.leaves[group] = goBuild{Group: group, Mod: mod, Tags: tags}.artifact(group)
	}
	b.leaves["kubernetes"], err = b.kubernetes(ctx)
	return b, err
}

func (b *build) kubernetes(ctx context.Context) (Artifact, error) {
	mod, err := moduleOf(ctx, b.r.Root, moduleAt{"kubernetes", b.k.Version})
	if err != nil {
		return Artifact{}, err
	}
	var major, minor int
	if _, err := fmt.Sscanf(b.k.Minor, "%d.%d", &major, &minor); err != nil {
		return Artifact{}, fmt.Errorf("kubernetes line %q: %w", b.k.Minor, err)
	}
	// kubeadm refuses a binary that does not know its version; there is no commit to name
	const pkg = "-X k8s.io/component-base/version."
	flags := fmt.Sprintf("%sgitVersion=v%s %sgitMajor=%d %sgitMinor=%d %sgitTreeState=clean %sgitCommit=unknown %sbuildDate=1970-01-01T00:00:00Z",
		pkg, b.k.Version, pkg, major, pkg, minor, pkg, pkg, pkg)
	return goBuild{Group: "kubernetes", Mod: mod, LDFlags: flags}.artifact("kubernetes " + b.k.Version), nil
}

// run makes what is missing and gives the set.
func (b *build) run(ctx context.Context, e *engine.Engine) (Set, error) {
	missing := 0
	for _, a := range b.leaves {
		if !b.r.store().Has(a) {
			missing++
		}
	}
	if err := b.room(missing); err != nil {
		return Set{}, err
	}
	b.r.Progress.Plan(missing)
	dirs, err := b.makeLeaves(ctx)
	if err != nil {
		return Set{}, err
	}
	set := Set{Kubernetes: b.k.Version}
	if set.Agent, err = Agent(ctx, b.r); err != nil {
		return Set{}, err
	}
	if set.Redis, err = b.r.buildRedis(ctx, b.redis); err != nil {
		return Set{}, err
	}
	if set.Exporter, err = b.r.buildExporter(ctx); err != nil {
		return Set{}, err
	}
	if b.older != nil {
		if set.Older, err = b.r.buildRedis(ctx, *b.older); err != nil {
			return Set{}, err
		}
	}
	set.Node, err = b.node(ctx, e, dirs)
	return set, err
}

func (b *build) makeLeaves(ctx context.Context) (map[string]string, error) {
	order := []string{"kubernetes", "rootfs", "redis", "containerd", "exporter", "agent", "coredns", "local-path-provisioner", "filter", "helper", "pause"}
	if b.older != nil {
		order = append(order, "older")
	}
	dirs := make([]string, len(order))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2) // a Go build fills the cores by itself; its neighbour is a download most of the time
	for i, name := range order {
		g.Go(func() (err error) {
			dirs[i], err = b.r.store().Ensure(ctx, b.leaves[name])
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for i, name := range order {
		out[name] = dirs[i]
	}
	return out, nil
}

// node makes the node image in the engine's store. An empty artifact beside it serves as lock and as record of its ref.
func (b *build) node(ctx context.Context, e *engine.Engine, dirs map[string]string) (Image, error) {
	inputs := []string{"node image 1", runtime.GOARCH, b.recipe, b.kind.Version, b.k.Version}
	for _, name := range []string{"kubernetes", "rootfs", "containerd", "agent", "coredns", "local-path-provisioner", "filter", "helper", "pause"} {
		inputs = append(inputs, b.leaves[name].Key())
	}
	ref := nodeRepository + ":v" + b.k.Version + "-" + key(inputs...)
	parts := nodeParts{
		Kubernetes: dirs["kubernetes"], Containerd: dirs["containerd"], CoreDNS: dirs["coredns"], LocalPath: dirs["local-path-provisioner"],
		Pause: dirs["pause"], Agent: dirs["agent"], Filter: dirs["filter"], Helper: dirs["helper"],
		Version: b.k.Version, Kind: b.kind, PodnetRef: podnetRepository + ":" + b.leaves["agent"].Key(),
	}
	a := Artifact{Name: "node image of Kubernetes " + b.k.Version, Kind: "node", Inputs: inputs}
	unlock, err := b.r.store().lock(ctx, a)
	if err != nil {
		return Image{}, err
	}
	defer unlock()
	held, err := e.HasImage(ctx, ref)
	if err != nil {
		return Image{}, err
	}
	if !held {
		step := b.r.Progress.Start(a.Name)
		err := parts.buildNode(ctx, e, nodeBuild{Root: b.r.Root, Work: filepath.Join(b.r.Cache, "node"), Rootfs: dirs["rootfs"], Ref: ref})
		step.Done(err)
		if err != nil {
			return Image{}, fmt.Errorf("%s: %w", a.Name, explain(err, b.r.Cache))
		}
	}
	id, err := e.Output(ctx, "image", "inspect", "--format", "{{.Id}}", ref)
	return Image{Ref: ref, Digest: "sha256:" + strings.TrimPrefix(id, "sha256:"), Origin: "built"}, err
}

// buildRoom is what a whole build leaves and needs on the way, in bytes, estimated with room to spare.
const buildRoom = 12 << 30

// room refuses to begin a large build on a disk that cannot hold it.
func (b *build) room(missing int) error {
	if missing < 3 {
		return nil
	}
	if err := os.MkdirAll(b.r.Cache, 0o755); err != nil {
		return explain(err, b.r.Cache)
	}
	free, err := freeBytes(b.r.Cache)
	if err != nil {
		return err
	}
	if free < buildRoom {
		return fmt.Errorf("building %d parts needs about %d GiB below %s, which has %.1f GiB free: free space, or set CACHE to a folder on a larger disk",
			missing, buildRoom>>30, b.r.Cache, float64(free)/(1<<30))
	}
	return nil
}

// Outstanding names the parts that a build would have to make; nothing is made.
func Outstanding(ctx context.Context, r Request) ([]string, error) {
	k, err := FindKubernetes(r.K8s)
	if err != nil {
		return nil, err
	}
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	b, err := newBuild(ctx, r, k, line)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, a := range b.leaves {
		if !r.store().Has(a) {
			names = append(names, a.Name)
		}
	}
	sort.Strings(names)
	return names, nil
}
