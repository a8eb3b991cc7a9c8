package images

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"redis-e2e/internal/progress"
)

// buildAsProcess makes the artifact "shared" in the store dir; each build appends a line to dir/built, then takes until
// dir/go is there.
func buildAsProcess(dir string) error {
	p := progress.Plain(io.Discard, time.Hour)
	defer p.Close()
	a := text("shared", func() {
		f, err := os.OpenFile(filepath.Join(dir, "built"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		_, _ = fmt.Fprintln(f, os.Getpid())
		_ = f.Close()
		for {
			if _, err := os.Stat(filepath.Join(dir, "go")); err == nil {
				return
			}
			<-time.After(5 * time.Millisecond)
		}
	})
	_, err := Store{Dir: dir, Progress: p}.Ensure(context.Background(), a)
	return err
}

func awaitLines(t *testing.T, path string, n int) []string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; <-time.After(5 * time.Millisecond) {
		raw, err := os.ReadFile(path)
		if lines := strings.Fields(string(raw)); err == nil && len(lines) >= n {
			return lines
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s has %q after 20 s, want %d lines", path, raw, n)
		}
	}
}

func TestTwoProcessesAtOnceBuildOnce(t *testing.T) {
	dir := t.TempDir()
	var all []*exec.Cmd
	for range 3 {
		cmd := process(t, "build", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	awaitLines(t, filepath.Join(dir, "built"), 1)
	<-time.After(100 * time.Millisecond) // the others come to the lock meanwhile
	writeFile(t, filepath.Join(dir, "go"), "")
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	if lines := awaitLines(t, filepath.Join(dir, "built"), 1); len(lines) != 1 {
		t.Errorf("built by processes %v", lines)
	}
}

func TestAKilledProcessLeavesTheBuildToTheNext(t *testing.T) {
	dir := t.TempDir()
	first, second := process(t, "build", dir), process(t, "build", dir)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	awaitLines(t, filepath.Join(dir, "built"), 1)
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // killed
	awaitLines(t, filepath.Join(dir, "built"), 2)
	writeFile(t, filepath.Join(dir, "go"), "")
	if err := second.Wait(); err != nil {
		t.Fatal(err)
	}
	s := Store{Dir: dir, Progress: quiet(t)}
	a := text("shared", func() { t.Error("built once more") })
	final, err := s.Ensure(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(final + ".new-*"); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAFullDiskLeavesNothingAndSaysSo(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can mount the small disk that this test fills")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Fatalf("mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	s := Store{Dir: dir, Progress: quiet(t)}
	for name, build := range map[string]func(context.Context, string) error{
		"written here": func(_ context.Context, to string) error {
			return os.WriteFile(filepath.Join(to, "big"), bytes.Repeat([]byte("x"), 1<<20), 0o600)
		},
		"written by a command": func(ctx context.Context, to string) error {
			out, err := exec.CommandContext(ctx, "dd", "if=/dev/zero", "of="+filepath.Join(to, "big"), "bs=1M", "count=1").CombinedOutput()
			if err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		},
	} {
		a := Artifact{Name: name, Kind: "text", Inputs: []string{name}, Build: build}
		_, err := s.Ensure(t.Context(), a)
		has(t, err, name+": the disk is full", "free space below "+dir)
		if left := listing(t, dir); len(left) != 0 || s.Has(a) {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
}
