package engine

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAFailedCommandSaysWhatItPrinted(t *testing.T) {
	for name, c := range map[string]struct{ text, whole, reason string }{
		"last line":    {`printf 'time=1 level=warn\nError: no such image\n' >&2; exit 125`, "podman pull x: exit status 125: time=1 level=warn\nError: no such image", "Error: no such image"},
		"silent":       {`exit 3`, "podman pull x: exit status 3, and it printed nothing", "podman pull x: exit status 3, and it printed nothing"},
		"not runnable": {`exit 127`, "podman pull x: exit status 127, and it printed nothing", "podman pull x: exit status 127, and it printed nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fake(t, c.text).Output(t.Context(), "pull", "x")
			if err == nil || err.Error() != c.whole {
				t.Errorf("error is %q, want %q", err, c.whole)
			}
			if got := reason(err).Error(); got != c.reason {
				t.Errorf("reason is %q, want %q", got, c.reason)
			}
		})
	}
}

func TestTheEndOfALongErrorIsKept(t *testing.T) {
	_, err := fake(t, `i=0; while [ $i -lt 500 ]; do echo "line $i of a very talkative engine" >&2; i=$((i+1)); done; exit 1`).Output(t.Context(), "load")
	if err == nil || !strings.HasSuffix(err.Error(), "line 499 of a very talkative engine") || len(err.Error()) > 2200 {
		t.Errorf("%d characters: %.200v", len(err.Error()), err)
	}
}

func TestStreamsAreConnected(t *testing.T) {
	var out, errs bytes.Buffer
	s := Streams{In: strings.NewReader("in"), Out: &out, Err: &errs}
	if err := fake(t, `/bin/cat; echo warning >&2`).Stream(t.Context(), s, "load"); err != nil || out.String() != "in" || errs.String() != "warning\n" {
		t.Errorf("out %q, err %q, %v", &out, &errs, err)
	}
}

func TestHasImageTellsAbsentFromCannotSay(t *testing.T) {
	if held, err := fake(t, "echo sha256:1").HasImage(t.Context(), "x"); !held || err != nil {
		t.Errorf("held %v, %v; want true", held, err)
	}
	if held, err := fake(t, "exit 1").HasImage(t.Context(), "x"); held || err != nil {
		t.Errorf("absent %v, %v; want false and no error", held, err)
	}
	if held, err := (&Engine{Name: "podman", Path: "/nowhere/podman"}).HasImage(t.Context(), "x"); held || err == nil {
		t.Errorf("held %v, %v; want an error when the engine cannot be asked", held, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if held, err := fake(t, "exit 1").HasImage(ctx, "x"); held || !errors.Is(err, context.Canceled) {
		t.Errorf("held %v, %v; want the cancel", held, err)
	}
}

func TestACancelEndsTheCommandAndItsChildren(t *testing.T) {
	for name, text := range map[string]string{
		"that obey":   `/bin/sleep 60 & echo $! >$DIR/child; wait`,
		"that do not": `trap '' TERM; (trap '' TERM; exec /bin/sleep 60) & echo $! >$DIR/child; wait; wait`,
	} {
		t.Run(name, func(t *testing.T) {
			e := fake(t, text)
			e.patience = 200 * time.Millisecond
			ctx, cancel := context.WithCancelCause(t.Context())
			stop := errors.New("interrupted")
			file := filepath.Join(filepath.Dir(e.Path), "child")
			go func() {
				for len(read(file)) == 0 {
					<-time.After(5 * time.Millisecond)
				}
				cancel(stop)
			}()
			if _, err := e.Output(ctx, "run"); !errors.Is(err, stop) || !strings.HasPrefix(err.Error(), "podman run: ") {
				t.Errorf("got %v", err)
			}
			pid, err := strconv.Atoi(strings.TrimSpace(read(file)))
			if err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(5 * time.Second); alive(pid); <-time.After(5 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("child %d lives on", pid)
				}
			}
		})
	}
}

func read(path string) string {
	text, err := os.ReadFile(path)
	if err != nil || !bytes.HasSuffix(text, []byte("\n")) {
		return ""
	}
	return string(text)
}

// alive takes a zombie for dead: who reaps orphans is not ours.
func alive(pid int) bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !bytes.Contains(text, []byte(") Z "))
}
