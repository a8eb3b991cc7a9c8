package images

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestWhatIsInTheStoreIsNotBuiltAgain(t *testing.T) {
	s, built := store(t), 0
	a := text("etcd", func() { built++ })
	first, err := s.Ensure(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Ensure(t.Context(), a)
	if err != nil || first != second || built != 1 || !s.Has(a) {
		t.Errorf("built %d times, in %s and %s, %v", built, first, second, err)
	}
	if got, err := os.ReadFile(filepath.Join(first, "text")); err != nil || string(got) != "etcd" {
		t.Errorf("it holds %q, %v", got, err)
	}
}

func TestABuildThatDoesNotSucceedLeavesNothing(t *testing.T) {
	broken := errors.New("compiler says no")
	interrupt := errors.New("interrupted by the user")
	for name, c := range map[string]struct {
		build func(context.Context, string, func(error)) error
		want  error
	}{
		"fails": {func(_ context.Context, _ string, _ func(error)) error { return broken }, broken},
		"is interrupted": {func(ctx context.Context, _ string, cancel func(error)) error {
			cancel(interrupt)
			<-ctx.Done()
			return errors.New("signal: terminated")
		}, interrupt},
	} {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			a := text("etcd", func() {})
			a.Build = func(ctx context.Context, dir string) error {
				writeFile(t, filepath.Join(dir, "half"), "made")
				return c.build(ctx, dir, cancel)
			}
			_, err := s.Ensure(ctx, a)
			if !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), "etcd: ") {
				t.Errorf("got %v, want etcd: %v", err, c.want)
			}
			if left := listing(t, s.Dir); len(left) != 0 || s.Has(a) {
				t.Errorf("left behind: %v", left)
			}
			if _, err := s.Ensure(t.Context(), text("etcd", func() {})); err != nil {
				t.Errorf("the next build of it: %v", err)
			}
		})
	}
}

func TestAKilledBuildsFolderIsRemoved(t *testing.T) {
	s := store(t)
	a := text("etcd", func() {})
	writeFile(t, s.path(a)+".new-123/half", "made")
	other := s.path(text("coredns", func() {})) + ".new-123"
	writeFile(t, other+"/half", "perhaps another process makes it now")
	if _, err := s.Ensure(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(s.path(a) + ".new-*"); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := os.Stat(other); err != nil {
		t.Errorf("the folder of another artifact was touched: %v", err)
	}
}

func TestManyAtOnceBuildOnce(t *testing.T) {
	s := store(t)
	var built atomic.Int64
	a := text("etcd", func() { built.Add(1); <-time.After(30 * time.Millisecond) })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if dir, err := s.Ensure(t.Context(), a); err != nil || dir != s.path(a) {
				t.Errorf("%s, %v", dir, err)
			}
		})
	}
	wg.Wait()
	if built.Load() != 1 {
		t.Errorf("built %d times", built.Load())
	}
}

func TestWaitingForAnotherBuildCanBeInterrupted(t *testing.T) {
	s := store(t)
	begun, end := make(chan struct{}), make(chan struct{})
	slow := text("etcd", func() { close(begun); <-end })
	done := make(chan error, 1)
	go func() { _, err := s.Ensure(t.Context(), slow); done <- err }()
	<-begun
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupt := errors.New("interrupted by the user")
	time.AfterFunc(50*time.Millisecond, func() { cancel(interrupt) })
	if _, err := s.Ensure(ctx, slow); !errors.Is(err, interrupt) {
		t.Errorf("the one that waits got %v", err)
	}
	close(end)
	if err := <-done; err != nil {
		t.Errorf("the one that builds got %v", err)
	}
}

func TestAFullDiskIsExplained(t *testing.T) {
	s := store(t)
	for name, err := range map[string]error{
		"errno":            &os.PathError{Op: "write", Path: "/cache/x", Err: syscall.ENOSPC},
		"a command's text": errors.New("exit status 1: mkdir: No such: no space left on device"),
		"a quota":          &os.PathError{Op: "write", Path: "/cache/x", Err: syscall.EDQUOT},
	} {
		a := text(name, func() {})
		a.Build = func(context.Context, string) error { return err }
		_, got := s.Ensure(t.Context(), a)
		has(t, got, name+": the disk is full", "free space below "+s.Dir, "CACHE")
	}
}
