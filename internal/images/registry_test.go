package images

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"redis-e2e/internal/engine"
)

// mirror is a registry in this process that counts the blobs it gave, and may be told to answer differently.
type mirror struct {
	t      *testing.T
	host   string
	serve  http.Handler
	blobs  atomic.Int64
	before func(http.ResponseWriter, *http.Request) bool // answers instead of the registry when true
}

func newMirror(t *testing.T) *mirror {
	t.Helper()
	m := &mirror{t: t, serve: registry.New(registry.Logger(log.New(io.Discard, "", 0)))}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m.before != nil && m.before(w, r) {
			return
		}
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/sha256:") {
			m.blobs.Add(1)
		}
		m.serve.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	m.host = server.Listener.Addr().String()
	return m
}

// push puts a small image under a path, for this machine and for another, and gives its index's and this machine's digest.
func (m *mirror) push(path string) (index, ours v1.Hash) {
	m.t.Helper()
	all := v1.ImageIndex(empty.Index)
	for _, arch := range []string{"s390x", runtime.GOARCH} {
		image, err := random.Image(2000, 2)
		if err != nil {
			m.t.Fatal(err)
		}
		all = mutate.AppendManifests(all, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}}})
		if ours, err = image.Digest(); err != nil {
			m.t.Fatal(err)
		}
	}
	ref, err := name.ParseReference(m.host + "/" + path)
	if err != nil {
		m.t.Fatal(err)
	}
	if err := remote.WriteIndex(ref, all, remote.WithContext(m.t.Context())); err != nil {
		m.t.Fatal(err)
	}
	if index, err = all.Digest(); err != nil {
		m.t.Fatal(err)
	}
	return index, ours
}

func (m *mirror) request() Request {
	return Request{
		Root: checkout(m.t), Cache: filepath.Join(m.t.TempDir(), "cache"), K8s: "1.37", Redis: "8.0", Mode: "pull", Registry: m.host,
		Answers: 5 * time.Second, Progress: quiet(m.t),
	}
}

// silent is the address of a registry that accepts connections and never answers.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// fakeEngine notes its calls in the file calls, and holds the images whose archive it was once told to load.
func fakeEngine(t *testing.T) (e *engine.Engine, calls string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "podman")
	writeExecutable(t, path, `#!/bin/sh
echo "$*" >>`+dir+`/calls
case "$1" in
image) [ -e `+dir+`/loaded ];;
load) [ -s "$3" ] && : >`+dir+`/loaded;;
*) exit 9;;
esac
`)
	return &engine.Engine{Name: "podman", Path: path}, filepath.Join(dir, "calls")
}
