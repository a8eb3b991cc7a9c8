package proc

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAHuntKillsEveryProcessThatComesUntilItIsCalledOff(t *testing.T) {
	first, root := child(t, "/bin/sleep", "60")
	execed(t, root, first.Process.Pid, "sleep")
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan Signalled, 10)
	var kills []Signalled
	ended := make(chan error, 1)
	go func() {
		var err error
		kills, err = Hunt(ctx, Target{Match: everyCgroup, Name: "sleep"}, Hunter{Root: root, Killed: func(s Signalled) error { told <- s; return nil }})
		ended <- err
	}()
	if err := first.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Fatalf("it ended with %v", err)
	}
	second, _ := child(t, "/bin/sleep", "60")
	link := strconv.Itoa(second.Process.Pid)
	if err := os.Symlink(filepath.Join("/proc", link), filepath.Join(root, link)); err != nil {
		t.Fatal(err)
	}
	if err := second.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Fatalf("the one after it ended with %v", err)
	}
	cancel()
	if err := <-ended; err != nil || len(kills) != 2 || kills[0].PID != first.Process.Pid || kills[1].PID != second.Process.Pid {
		t.Errorf("killed %+v, %v", kills, err)
	}
	if s := <-told; s.PID != first.Process.Pid || s.GoneAt.Before(s.SentAt) || len(told) != 0 {
		t.Errorf("told of %+v and %d more, want the first one only", s, len(told))
	}
	third, root := child(t, "/bin/sleep", "60")
	execed(t, root, third.Process.Pid, "sleep")
	if state(filepath.Join(root, strconv.Itoa(third.Process.Pid))) == "" {
		t.Error("a hunt that was called off still kills")
	}
}

func TestAHuntForNobodyIsAnError(t *testing.T) {
	for name, only := range map[string]fake{
		"a shell":    {pid: 1 << 30, parent: 1, name: "sh", cgroup: podUID, state: "S"},
		"a sentinel": {pid: 1 << 30, parent: 1, name: "redis-server", cgroup: podUID, state: "S", cmdline: "redis-server *:26379 [sentinel]\x00"},
		"one that starts": {pid: 1 << 30, parent: 1, name: "redis-server", cgroup: podUID, state: "S",
			cmdline: "redis-server\x00/etc/sentinel.conf\x00--sentinel\x00"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		kills, err := Hunt(ctx, Target{Match: podUID, Name: "redis-server"}, Hunter{Root: tree(t, only), Killed: func(Signalled) error { return nil }})
		cancel()
		if err == nil || len(kills) != 0 || !strings.Contains(err.Error(), "0 processes named redis-server") {
			t.Errorf("%s: got %+v, %v", name, kills, err)
		}
	}
}
