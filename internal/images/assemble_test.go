package images

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// sample is a recipe with a base (one file, one device) and one of each entry, made from files in dir.
func sample(t *testing.T, dir string) recipe {
	t.Helper()
	var base bytes.Buffer
	w := tar.NewWriter(&base)
	for _, h := range []*tar.Header{
		{Name: "./etc/passwd", Typeflag: tar.TypeReg, Size: 4, Mode: 0o644, ModTime: time.Unix(1700000000, 0)},
		{Name: "./dev/null", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3, Mode: 0o666},
	} {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			_, _ = io.WriteString(w, "root")
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "base.tar"), base.String())
	writeFile(t, filepath.Join(dir, "server"), "binary")
	return recipe{
		Refs: []string{"docker.io/library/redis:8.0", "localhost/redis-e2e/redis:8.0-x"}, Base: filepath.Join(dir, "base.tar"),
		Add: []entry{
			{Path: "usr/bin/server", From: filepath.Join(dir, "server"), Mode: 0o755},
			{Path: "etc/motd", Text: "hello", Mode: 0o600, UID: 7},
			{Path: "usr/bin/redis-sentinel", Link: "/usr/bin/server"},
			{Path: "data", Dir: true, Mode: 0o775, UID: 1001},
		},
		Config: v1.Config{User: "1001", Cmd: []string{"server"}},
	}
}

func assembled(t *testing.T, r recipe) (file, digest string) {
	t.Helper()
	dir := t.TempDir()
	if err := assembleInto(dir, r); err != nil {
		t.Fatal(err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
		t.Errorf("%v in the folder, want the archive and its digest: %v", names, err)
	}
	return filepath.Join(dir, imageTar), string(readFile(t, filepath.Join(dir, digestFile)))
}

func TestAnAssembledImageIsOneLayerOfWhatWasAsked(t *testing.T) {
	file, digest := assembled(t, sample(t, t.TempDir()))
	img, err := tarball.ImageFromPath(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := img.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	var got []string
	for r := tar.NewReader(content); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%c %s %o %d %s%s %d", h.Typeflag, h.Name, h.Mode, h.Uid, text, h.Linkname, h.ModTime.Unix()))
	}
	want := []string{
		"0 ./etc/passwd 644 0 root 1700000000", "0 usr/bin/server 755 0 binary 0", "0 etc/motd 600 7 hello 0",
		"2 usr/bin/redis-sentinel 777 0 /usr/bin/server 0", "5 data/ 775 1001  0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the layer holds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	config, err := img.ConfigFile()
	if err != nil || config.Config.User != "1001" || config.Architecture != runtime.GOARCH || config.OS != "linux" || len(config.RootFS.DiffIDs) != 1 {
		t.Errorf("configured as %+v, %v", config, err)
	}
	tags := archiveTags(t, file)
	slices.Sort(tags)
	if !slices.Equal(tags, []string{"docker.io/library/redis:8.0", "localhost/redis-e2e/redis:8.0-x"}) || !strings.HasPrefix(digest, "sha256:") {
		t.Errorf("named %q, digest %q", tags, digest)
	}
}

func TestTheSameInputsGiveTheSameImage(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	r := sample(t, one)
	r.Refs = r.Refs[:1]
	again := sample(t, two)
	again.Refs = again.Refs[:1]
	if err := os.Chtimes(filepath.Join(two, "server"), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(two, "server"), 0o700); err != nil { // the entry decides about the mode
		t.Fatal(err)
	}
	file1, digest1 := assembled(t, r)
	file2, digest2 := assembled(t, again)
	if digest1 != digest2 || !bytes.Equal(readFile(t, file1), readFile(t, file2)) {
		t.Errorf("digests %s and %s of the same inputs", digest1, digest2)
	}
	writeFile(t, filepath.Join(two, "server"), "Binary")
	if _, changed := assembled(t, again); changed == digest1 {
		t.Errorf("another binary has the same digest %s", changed)
	}
}

func TestWhatCannotBeAssembledIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*recipe)
		want   string
	}{
		"a file that is not there": {func(r *recipe) { r.Add[0].From = "/nowhere/server" }, "usr/bin/server: open /nowhere/server"},
		"a folder as file":         {func(r *recipe) { r.Add[0].From = filepath.Dir(r.Base) }, "usr/bin/server: "},
		"no base":                  {func(r *recipe) { r.Base = "/nowhere/rootfs.tar" }, "/nowhere/rootfs.tar"},
		"a base that is no tar":    {func(r *recipe) { r.Base = r.Add[0].From }, "server"},
		"a bad name":               {func(r *recipe) { r.Refs = []string{"NO NAME"} }, "NO NAME"},
		"no name":                  {func(r *recipe) { r.Refs = nil }, "empty"},
	} {
		dir := t.TempDir()
		r := sample(t, t.TempDir())
		c.change(&r)
		_, err := r.assemble(dir, imageTar)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if left, err := filepath.Glob(filepath.Join(dir, ".*layer")); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind %v, %v", name, left, err)
		}
	}
}
