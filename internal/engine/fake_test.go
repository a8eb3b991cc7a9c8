package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fakePath is a folder that is all of PATH: only what a test puts there is installed. Scripts have no commands but the
// shell's own and those they name by their full path.
func fakePath(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	return dir
}

// script puts a command into dir; $DIR in its text is that folder. Each call of it is noted in dir/calls.
func script(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	body := "#!/bin/sh\nDIR=" + dir + "\necho \"$0 $*\" >>$DIR/calls\n" + text + "\n"
	if err := os.WriteFile(path, []byte(body), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func fake(t *testing.T, text string) *Engine {
	t.Helper()
	return &Engine{Name: "podman", Path: script(t, t.TempDir(), "podman", text)}
}

// options finds among the scripts; only engines whose name is in privileged pass the proof, and nothing can be installed.
func options(t *testing.T, want string, privileged ...string) Options {
	t.Helper()
	return Options{
		Want: want, Dir: t.TempDir(), Answers: 5 * time.Second,
		Prove: func(_ context.Context, e *Engine) error {
			for _, name := range privileged {
				if name == e.Name {
					return nil
				}
			}
			return &CommandError{Command: e.Name + " run", Printed: "WARN cgroups\nunable to apply caps: operation not permitted", Err: errors.New("exit status 126")}
		},
		Install: func(context.Context) error { return errors.New("run `sudo apt-get install podman`") },
	}
}

// says checks that text has every word, in that order.
func says(t *testing.T, text string, words ...string) {
	t.Helper()
	rest := text
	for _, w := range words {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			t.Errorf("%q is not in its place in %q", w, text)
			return
		}
		rest = after
	}
}
