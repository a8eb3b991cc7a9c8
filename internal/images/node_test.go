package images

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"redis-e2e/internal/engine"
)

// parts are folders of empty binaries, with a kubeadm that lists four images.
func parts(t *testing.T) nodeParts {
	t.Helper()
	kind, err := findKind(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, binary := range []string{"server", "kube-apiserver", "kube-proxy", "coredns", "local-path-provisioner", "pause", "agent"} {
		writeFile(t, filepath.Join(dir, binary), "")
	}
	writeFile(t, filepath.Join(dir, rootfsTar), strings.Repeat("\x00", 1024)) // an empty tar file
	writeExecutable(t, filepath.Join(dir, "kubeadm"), `#!/bin/sh
[ "$*" = "config images list --kubernetes-version v1.37.2" ] || exit 3
for i in kube-apiserver:v1.37.2 kube-proxy:v1.37.2 pause:3.99 etcd:3.6.8-0 coredns/coredns:v1.13; do echo registry.k8s.io/$i; done
`)
	return nodeParts{
		Kubernetes: dir, Containerd: dir, CoreDNS: dir, LocalPath: dir, Pause: dir, Agent: dir, Filter: dir, Helper: dir,
		Version: "1.37.2", Kind: kind, PodnetRef: podnetRepository + ":1",
	}
}

func TestEachControlPlaneImageHoldsItsBinary(t *testing.T) {
	p := parts(t)
	recipes, err := p.recipes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pause, err := p.Kind.sandboxImage()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct{ ref, path, from string }{
		"kube-apiserver": {"registry.k8s.io/kube-apiserver:v1.37.2", "usr/local/bin/kube-apiserver", "kube-apiserver"},
		"kube-proxy":     {"registry.k8s.io/kube-proxy:v1.37.2", "usr/local/bin/kube-proxy", "kube-proxy"},
		"etcd":           {"registry.k8s.io/etcd:3.6.8-0", "usr/local/bin/etcd", "server"},
		"coredns":        {"registry.k8s.io/coredns/coredns:v1.13", "usr/local/bin/coredns", "coredns"},
		"pause":          {pause, "usr/local/bin/pause", "pause"},
		"podnet":         {podnetRepository + ":1", "usr/local/bin/agent", "agent"},
	} {
		r, ok := recipes[name]
		if !ok || r.Refs[0] != want.ref || r.Add[0].Path != want.path || filepath.Base(r.Add[0].From) != want.from {
			t.Errorf("%s is made as %+v, want %+v", name, r, want)
		}
		if needsFilter := name == "kube-proxy" || name == "podnet"; needsFilter != (r.Base != "") {
			t.Errorf("%s has base %q", name, r.Base)
		}
	}
	p.Version = "1.0.0"
	if _, err := p.recipes(t.Context()); err == nil {
		t.Error("a kubeadm that fails is no error")
	}
}

// nodeEngine notes its calls, and then does what the shell code says.
func nodeEngine(t *testing.T, code string) (e *engine.Engine, calls func() string) {
	t.Helper()
	dir := t.TempDir()
	writeExecutable(t, filepath.Join(dir, "podman"), "#!/bin/sh\necho \"$1\" >>"+dir+"/calls\n"+code+"\n")
	return &engine.Engine{Name: "podman", Path: filepath.Join(dir, "podman")}, func() string {
		text, err := os.ReadFile(filepath.Join(dir, "calls"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
		return strings.Join(strings.Fields(string(text)), " ")
	}
}

func TestANodeImageGetsItsNameLastAndLeavesNothingElse(t *testing.T) {
	interrupt := errors.New("interrupted by the user")
	for name, c := range map[string]struct{ code, calls, err string }{
		"it works":       {``, "import run commit rm rmi", ""},
		"set-up fails":   {`[ "$1" = run ] && echo "containerd did not start" >&2 && exit 1; exit 0`, "import run rm rmi", "containerd did not start"},
		"no disk":        {`[ "$1" = import ] && echo "no space left on device" >&2 && exit 1; exit 0`, "import rm rmi", "no space left"},
		"an interrupt":   {`[ "$1" = run ] && exec /bin/sleep 60; exit 0`, "import run rm rmi", interrupt.Error()},
		"commit refused": {`[ "$1" = commit ] && exit 1; exit 0`, "import run commit rm rmi", "commit"},
	} {
		t.Run(name, func(t *testing.T) {
			e, calls := nodeEngine(t, c.code)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			if name == "an interrupt" {
				go func() {
					for !strings.HasSuffix(calls(), "run") {
						<-time.After(5 * time.Millisecond)
					}
					cancel(interrupt)
				}()
			}
			b := nodeBuild{Root: "../..", Work: t.TempDir(), Rootfs: "/rootfs", Ref: nodeRepository + ":v1.37.2-x"}
			err := parts(t).buildNode(ctx, e, b)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("got %v, want %q", err, c.err)
			}
			if got := calls(); got != c.calls {
				t.Errorf("the engine was asked to %s, want %s", got, c.calls)
			}
			if left, err := os.ReadDir(b.Work); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}
