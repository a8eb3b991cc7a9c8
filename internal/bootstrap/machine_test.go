package bootstrap

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/images"
	"redis-e2e/internal/progress"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// options are those of a small checkout, whose agent compiles in no time.
func options(t *testing.T) config.Config {
	t.Helper()
	c := config.Default(t.TempDir(), filepath.Join(t.TempDir(), "cache"))
	c.Cluster, c.Images = "redis-e2e-unit-test", "pull"
	c.Timeouts.EngineAnswers = 5 * time.Second
	for path, text := range map[string]string{
		"go.mod": "module small\n\ngo 1.26.0\n", "go.sum": "", "internal/agent/agent.go": "package agent\n",
		"cmd/agent/main.go": "package main\n\nfunc main() {}\n", "internal/images/agent.go": "package images\n", "internal/images/assemble.go": "package images\n",
	} {
		write(t, filepath.Join(c.Root, path), text)
	}
	return c
}

func quiet(t *testing.T) progress.Tracker {
	t.Helper()
	p := progress.Plain(io.Discard, time.Hour)
	t.Cleanup(p.Close)
	return p
}

// installed puts scripts before everything else in PATH.
func installed(t *testing.T, scripts map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range scripts {
		write(t, filepath.Join(dir, name), "#!/bin/sh\n"+text+"\n")
	}
	t.Setenv("PATH", dir+":"+path())
}

func path() string {
	for _, kv := range os.Environ() {
		if value, ok := strings.CutPrefix(kv, "PATH="); ok {
			return value
		}
	}
	return ""
}

const (
	dead    = `echo "no daemon" >&2; exit 1`
	working = `case "$1" in info) echo 28.0;; image) exit 1;; run) shift 5; echo "$1";; esac`
)

func TestAnEngineIsProvenByOurOwnImage(t *testing.T) {
	c := options(t)
	installed(t, map[string]string{"docker": working, "podman": dead, "apt-get": dead})
	e, err := Engine(t.Context(), c, Request(c, quiet(t)))
	if err != nil || e.Name != "docker" || e.Version != "28.0" {
		t.Fatalf("got %+v, %v", e, err)
	}
	if found, err := filepath.Glob(filepath.Join(c.Cache, "agent", "*", "image.tar")); err != nil || len(found) != 1 {
		t.Errorf("the image it was proven with: %v, %v", found, err)
	}
	c.Engine = "podman"
	_, err = Engine(t.Context(), c, Request(c, quiet(t)))
	if err == nil || !strings.Contains(err.Error(), "podman does not answer: no daemon") || strings.Contains(err.Error(), "docker") {
		t.Errorf("podman was asked for, got %v", err)
	}
}

func TestWithoutWhatBuildsImagesTheErrorSaysWhatElseHelps(t *testing.T) {
	c := options(t)
	t.Setenv("PATH", t.TempDir())
	r := Request(c, quiet(t))
	r.Mode = "build"
	_, err := Engine(t.Context(), c, r)
	if err == nil || !strings.Contains(err.Error(), "needs mmdebstrap") || !strings.Contains(err.Error(), "REGISTRY=") {
		t.Errorf("got %v", err)
	}
}

func TestAnExistingClusterNeedsNoEngine(t *testing.T) {
	c := options(t)
	installed(t, map[string]string{"docker": dead, "podman": dead})
	c.Provider, c.Redis = "existing", "6.0" // so that nothing is pulled
	m, err := Prepare(t.Context(), c, quiet(t))
	if m.Mode != "pull" || m.Engine != nil || err == nil || !strings.Contains(err.Error(), "redis 6.0 can only be built") {
		t.Errorf("got %+v, %v", m, err)
	}
	if _, ok := Provider(c, m, quiet(t)).(*cluster.Existing); !ok {
		t.Errorf("its provider is %T", Provider(c, m, quiet(t)))
	}
	c.Provider = "kind"
	m.Images = images.Set{Node: images.Image{Ref: "node:1"}}
	if k, ok := Provider(c, m, quiet(t)).(*cluster.Kind); !ok || k.Image != "node:1" || k.Name != c.Cluster || k.Workers != c.Workers {
		t.Errorf("its provider is %+v", k)
	}
}

func TestDownWithoutAnEngineFindsNothing(t *testing.T) {
	c := options(t)
	installed(t, map[string]string{"docker": dead, "podman": dead})
	if found, err := Down(t.Context(), c, quiet(t)); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestDownDoesNotTakeAClusterFromARun(t *testing.T) {
	c := options(t)
	unlock, err := cluster.Lock(ClusterDir(c), c.Cluster)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := Down(t.Context(), c, quiet(t)); err == nil || !strings.Contains(err.Error(), "in use by another run") {
		t.Errorf("got %v", err)
	}
}

func TestTheDoctorNamesOnlyWhatARunWouldInstall(t *testing.T) {
	c := options(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "docker"), "#!/bin/sh\n"+working+"\n")
	t.Setenv("PATH", dir)
	say := func(build bool) string {
		var all []string
		for _, f := range engines(t.Context(), c, build) {
			all = append(all, f.Name+": "+f.Text+" "+f.Fix)
		}
		return strings.Join(all, "\n")
	}
	if got := say(false); !strings.Contains(got, "docker 28.0 answers") || strings.Contains(got, "packages") {
		t.Errorf("with docker and a registry:\n%s", got)
	}
	if got := say(true); !strings.Contains(got, "docker 28.0 answers") || !strings.Contains(got, "install mmdebstrap") || strings.Contains(got, "podman") {
		t.Errorf("with docker and no mmdebstrap:\n%s", got)
	}
	write(t, filepath.Join(dir, "mmdebstrap"), "#!/bin/sh\n")
	if got := say(true); strings.Contains(got, "packages") {
		t.Errorf("with all that is needed:\n%s", got)
	}
}
