package proc

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestTheSignalledProcessIsGoneAfterwards(t *testing.T) {
	for name, reap := range map[string]bool{"its parent reaps it": true, "nobody reaps it": false} {
		t.Run(name, func(t *testing.T) {
			cmd, root := child(t, "/bin/sleep", "60")
			execed(t, root, cmd.Process.Pid, "sleep")
			reaped := make(chan error, 1)
			if reap {
				go func() { reaped <- cmd.Wait() }()
			}
			before := time.Now()
			s, err := Send(t.Context(), root, Target{Match: everyCgroup, Name: "sleep", Signal: "KILL"})
			if err != nil || s.PID != cmd.Process.Pid || s.SentAt.Before(before) || !s.GoneAt.After(s.SentAt) {
				t.Errorf("got %+v, %v", s, err)
			}
			if !reap {
				reaped <- cmd.Wait()
			}
			if err := <-reaped; err == nil || err.Error() != "signal: killed" {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

func TestAStoppedProcessIsSeenStoppedAndRunsOn(t *testing.T) {
	cmd, root := child(t, "/bin/sleep", "60")
	execed(t, root, cmd.Process.Pid, "sleep")
	for _, c := range []struct{ signal, states string }{{"STOP", "T"}, {"STOP", "T"}, {"CONT", "SR"}, {"CONT", "SR"}} {
		s, err := Send(t.Context(), root, Target{Match: everyCgroup, Name: "sleep", Signal: c.signal})
		if err != nil || !s.GoneAt.IsZero() || s.SeenAt.Before(s.SentAt) || s.State == "" || !strings.Contains(c.states, s.State) {
			t.Fatalf("%s: %+v, %v", c.signal, s, err)
		}
	}
}

func TestAProcessThatDoesNotStopIsReported(t *testing.T) {
	cmd, _ := child(t, "/bin/sleep", "60")
	for signal, state := range map[string]string{"STOP": "S", "CONT": "T"} {
		root := tree(t, fake{pid: cmd.Process.Pid, parent: 1, name: "redis-server", cgroup: podUID, state: state}) // whatever it gets
		limit := errors.New("not within 100ms")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, limit)
		_, err := Send(ctx, root, Target{Match: podUID, Name: "redis-server", Signal: signal})
		cancel()
		if !errors.Is(err, limit) || !strings.Contains(err.Error(), `is in state "`+state+`"`) {
			t.Errorf("%s: got %v", signal, err)
		}
	}
}

func TestAProcessThatIgnoresTheSignalIsReported(t *testing.T) {
	trapped := filepath.Join(t.TempDir(), "trapped")
	cmd, root := child(t, "/bin/sh", "-c", "trap '' TERM; : >"+trapped+"; while :; do /bin/sleep 0.1; done")
	execed(t, root, cmd.Process.Pid, "sh")
	for deadline := time.Now().Add(10 * time.Second); !exists(trapped); <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the shell did not set its trap")
		}
	}
	stop := errors.New("it did not end within 200ms")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, stop)
	defer cancel()
	_, err := Send(ctx, root, Target{Match: everyCgroup, Name: "sh", Signal: "TERM"})
	if !errors.Is(err, stop) || !strings.Contains(err.Error(), strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("got %v", err)
	}
}

func TestExactlyOneProcessMustFit(t *testing.T) {
	server := fake{pid: 1 << 30, parent: 1, name: "redis-server", cgroup: podUID, state: "S"} // no such process: nothing is hit
	saves := fake{pid: server.pid + 1, parent: server.pid, name: "redis-server", cgroup: podUID, state: "S"}
	second := fake{pid: server.pid + 2, parent: 1, name: "redis-server", cgroup: podUID, state: "S"}
	shell := fake{pid: server.pid + 3, parent: 1, name: "sh", cgroup: podUID, state: "S"}
	for name, c := range map[string]struct {
		all  []fake
		want string
	}{
		"none":                 {[]fake{shell}, "0 processes named redis-server in " + podUID + ", want one; seen: sh"},
		"two":                  {[]fake{server, second}, "2 processes named redis-server"},
		"one":                  {[]fake{server, shell}, "kill -KILL " + strconv.Itoa(server.pid) + ": no such process"},
		"one and its own fork": {[]fake{saves, server}, "kill -KILL " + strconv.Itoa(server.pid) + ": no such process"},
	} {
		_, err := Send(t.Context(), tree(t, c.all...), Target{Match: podUID, Name: "redis-server", Signal: "KILL"})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if _, err := Send(t.Context(), t.TempDir(), Target{Match: "x", Name: "y", Signal: "HUP"}); err == nil || !strings.Contains(err.Error(), `"HUP"`) {
		t.Errorf("an unknown signal: %v", err)
	}
}

func TestWatchCatchesAShortLivedChild(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	type answer struct {
		lines []string
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		lines, err := Watch(ctx, "/proc", everyCgroup, time.Millisecond)
		done <- answer{lines, err}
	}()
	<-time.After(50 * time.Millisecond)
	for range 2 { // twice, and named once
		cmd, _ := child(t, "/bin/sleep", "0.2912")
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	got := <-done
	seen := 0
	for _, l := range got.lines {
		if l == "/bin/sleep 0.2912" {
			seen++
		}
	}
	if got.err != nil || seen != 1 || !slices.IsSorted(got.lines) {
		t.Errorf("it was named %d times among %d command lines, %v", seen, len(got.lines), got.err)
	}
}

// execed waits until the child is the program it was started as.
func execed(t *testing.T, root string, pid int, name string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !bytes.Contains(stat(t, root, pid), []byte("("+name+")")); <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d is not %s: %s", pid, name, stat(t, root, pid))
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func stat(t *testing.T, root string, pid int) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, strconv.Itoa(pid), "stat"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
