package images

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func TestEveryImageComesFromTheMirror(t *testing.T) {
	m := newMirror(t)
	nodeIndex, node := m.push("kindest/node:v1.37.0")
	redisIndex, redis := m.push("library/redis:8.0.2")
	olderIndex, older := m.push("library/redis:7.0")
	exporterIndex, exporter := m.push("oliver006/redis_exporter:v1")
	all := official{
		node: "kindest/node:v1.37.0@" + nodeIndex.String(), redis: "docker.io/library/redis:8.0.2@" + redisIndex.String(),
		older: "docker.io/library/redis:7.0@" + olderIndex.String(), exporter: "docker.io/oliver006/redis_exporter:v1@" + exporterIndex.String(),
	}
	r := m.request()
	e, calls := fakeEngine(t)

	set, err := r.pull(t.Context(), e, all)
	if err != nil {
		t.Fatal(err)
	}
	if set.Kubernetes != "1.37.0" || set.Node.Digest != node.String() || set.Redis.Digest != redis.String() || set.Node.Origin != "pulled" {
		t.Errorf("got %+v, want node %s and redis %s", set, node, redis)
	}
	if set.Older.Digest != older.String() || set.Exporter.Digest != exporter.String() {
		t.Errorf("got older %+v and exporter %+v", set.Older, set.Exporter)
	}
	if set.Redis.Ref != "docker.io/library/redis:8.0.2" || set.Node.Ref != "localhost/redis-e2e/node:v1.37.0-"+node.Hex[:16] {
		t.Errorf("named %s and %s", set.Node.Ref, set.Redis.Ref)
	}
	for _, i := range append(set.Loaded(), set.Node) {
		if tags := archiveTags(t, i.Archive); !slices.Equal(tags, []string{i.Ref}) {
			t.Errorf("the archive carries %q, pods and kind look for %q", tags, i.Ref)
		}
	}
	want := "image inspect --format {{.Id}} " + set.Node.Ref + "\nload -i " + set.Node.Archive + "\n"
	if got := string(readFile(t, calls)); got != want {
		t.Errorf("the engine was called with\n%swant\n%s", got, want)
	}

	pulled := m.blobs.Load()
	if again, err := r.pull(t.Context(), e, all); err != nil || again != set {
		t.Errorf("the second time: %+v, %v", again, err)
	}
	if m.blobs.Load() != pulled || strings.Count(string(readFile(t, calls)), "load") != 1 {
		t.Errorf("the second run pulled %d blobs and called the engine with\n%s", m.blobs.Load()-pulled, readFile(t, calls))
	}
}

func TestAClusterThatIsNotOursGetsNoNodeImage(t *testing.T) {
	m := newMirror(t)
	node, _ := m.push("kindest/node:v1.37.0")
	redis, _ := m.push("library/redis:8.0")
	exporter, _ := m.push("oliver006/redis_exporter:v1")
	r := m.request()
	set, err := r.pull(t.Context(), nil, official{node: "kindest/node:v1.37.0@" + node.String(), redis: "docker.io/library/redis:8.0@" + redis.String(),
		exporter: "docker.io/oliver006/redis_exporter:v1@" + exporter.String()})
	if err != nil || set.Node != (Image{}) || set.Redis.Digest == "" {
		t.Errorf("got %+v, %v", set, err)
	}
}

func TestEveryMissingImageIsListedAtOnce(t *testing.T) {
	m := newMirror(t)
	r := m.request()
	_, err := Ensure(t.Context(), r, nil)
	has(t, err, "cannot be pulled", m.host+"/kindest/node@sha256:", m.host+"/library/redis@sha256:", ": not found")
	if lines := strings.Count(err.Error(), "\n"); lines != 4 { // node, Redis, the exporter, Redis to upgrade from
		t.Errorf("want one line for each of four images: %v", err)
	}
	if left := listing(t, r.Cache); len(left) != 0 {
		t.Errorf("something was made before the error: %v", left)
	}
}

func TestWhatDoesNotHaveItsDigestIsRefused(t *testing.T) {
	m := newMirror(t)
	wanted, _ := m.push("library/redis:8.0")
	m.push("library/redis:other")
	m.before = func(w http.ResponseWriter, r *http.Request) bool {
		r.URL.Path = strings.Replace(r.URL.Path, "manifests/"+wanted.String(), "manifests/other", 1)
		return false
	}
	_, err := pullOne(t, m.request(), "docker.io/library/redis:8.0@"+wanted.String())
	has(t, err, "pull "+m.host+"/library/redis@"+wanted.String(), "digest")
}

func TestATagThatMovedIsPulledAgain(t *testing.T) {
	m := newMirror(t)
	r := m.request()
	_, first := m.push("library/redis:8.0")
	one, err1 := pullOne(t, r, "docker.io/library/redis:8.0")
	_, second := m.push("library/redis:8.0")
	two, err2 := pullOne(t, r, "docker.io/library/redis:8.0")
	if err1 != nil || err2 != nil || one.Digest != first.String() || two.Digest != second.String() || one.Archive == two.Archive {
		t.Errorf("first %+v, %v; then %+v, %v", one, err1, two, err2)
	}
}

func TestAPullThatDoesNotEndWellLeavesNothing(t *testing.T) {
	interrupt := errors.New("interrupted by the user")
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request, body []byte, cancel func(error))
		want   string
	}{
		"other content": {func(w http.ResponseWriter, _ *http.Request, body []byte, _ func(error)) {
			body[0]++
			_, _ = w.Write(body)
		}, "error verifying sha256 checksum"},
		"refused": {func(w http.ResponseWriter, _ *http.Request, _ []byte, _ func(error)) {
			w.WriteHeader(http.StatusForbidden)
		}, "403"},
		"interrupted": {func(_ http.ResponseWriter, r *http.Request, _ []byte, cancel func(error)) {
			cancel(interrupt)
			<-r.Context().Done()
		}, interrupt.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMirror(t)
			m.push("library/redis:8.0")
			ctx, cancel := context.WithCancelCause(t.Context())
			m.before = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, "/blobs/") {
					return false
				}
				real := httptest.NewRecorder()
				m.serve.ServeHTTP(real, r)
				c.answer(w, r, real.Body.Bytes(), cancel)
				return true
			}
			r := m.request()
			p, err := r.find(ctx, "docker.io/library/redis:8.0")
			if err != nil {
				t.Fatal(err)
			}
			_, err = r.archive(ctx, p, p.plain)
			has(t, err, "pull of "+m.host+"/library/redis:8.0", c.want)
			if left := listing(t, r.Cache); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestNamesOnAMirror(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("a", 64)
	for _, c := range []struct{ ref, registry, want string }{
		{"docker.io/library/redis:8.0", "", "docker.io/library/redis:8.0"},
		{"docker.io/library/redis:8.0", "mirror:5000", "mirror:5000/library/redis:8.0"},
		{"redis:8.0", "mirror:5000", "mirror:5000/library/redis:8.0"},
		{"redis", "mirror:5000", "mirror:5000/library/redis:latest"},
		{"kindest/node:v1.37.0", "10.0.0.1", "10.0.0.1/kindest/node:v1.37.0"},
		{"kindest/node:v1.37.0" + digest, "mirror:5000", "mirror:5000/kindest/node" + digest},
		{"docker.io/valkey/valkey:8.1" + digest, "mirror:5000/proxy", "mirror:5000/proxy/valkey/valkey" + digest},
		{"registry.k8s.io/pause:3.10", "mirror:5000", "mirror:5000/pause:3.10"},
		{"NOT A NAME", "mirror:5000", "NOT A NAME"},
	} {
		if got := mirrored(c.ref, c.registry); got != c.want {
			t.Errorf("%q on %q is %q, want %q", c.ref, c.registry, got, c.want)
		}
	}
}

func pullOne(t *testing.T, r Request, ref string) (Image, error) {
	t.Helper()
	p, err := r.find(t.Context(), ref)
	if err != nil {
		return Image{}, err
	}
	return r.archive(t.Context(), p, p.plain)
}

// archiveTags gives the names in a docker-archive file.
func archiveTags(t *testing.T, file string) []string {
	t.Helper()
	manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(file) })
	if err != nil || len(manifest) != 1 {
		t.Fatalf("%s: %d images, %v", file, len(manifest), err)
	}
	return manifest[0].RepoTags
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func writeExecutable(t *testing.T, path, text string) {
	t.Helper()
	writeFile(t, path, text)
	if err := os.Chmod(path, 0o700); err != nil {
		t.Fatal(err)
	}
}
