package images

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"redis-e2e/internal/progress"
)

// TestMain lets this binary be a second process of a test: `images.test -- ROLE ARGUMENT`.
func TestMain(m *testing.M) {
	flag.Parse()
	var err error
	switch flag.Arg(0) {
	case "":
		os.Exit(m.Run())
	case "build":
		err = buildAsProcess(flag.Arg(1))
	case "resolve":
		err = resolveAsProcess(flag.Arg(1))
	default:
		err = errors.New("no such role: " + flag.Arg(0))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// process gives a second process, not yet started.
func process(t *testing.T, role, argument string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "--", role, argument)
	cmd.Stderr = os.Stderr
	return cmd
}

// quiet is a tracker that shows nothing.
func quiet(t *testing.T) progress.Tracker {
	t.Helper()
	p := progress.Plain(io.Discard, time.Hour)
	t.Cleanup(p.Close)
	return p
}

func store(t *testing.T) Store {
	t.Helper()
	return Store{Dir: filepath.Join(t.TempDir(), "cache"), Progress: quiet(t)}
}

// text is an artifact that is one file; count is called for each build.
func text(name string, count func()) Artifact {
	return Artifact{Name: name, Kind: "text", Inputs: []string{name}, Build: func(_ context.Context, dir string) error {
		count()
		return os.WriteFile(filepath.Join(dir, "text"), []byte(name), 0o600)
	}}
}

// listing gives what was made below dir: files and unfinished folders, but no locks.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && (strings.Contains(path, ".new-") || !d.IsDir() && filepath.Ext(path) != ".lock") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// has checks that err is there and says every word.
func has(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in: %v", w, err)
		}
	}
}
