package redistest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"redis-e2e/internal/engine"
)

// says sends one inline command until the server answers it, and gives the answer.
func says(t *testing.T, s *Server, command string) string {
	t.Helper()
	var last error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", s.Addr, time.Second)
		if err != nil {
			last = err
			continue
		}
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = fmt.Fprintf(conn, "%s\r\n", command)
		answer, err := bufio.NewReader(conn).ReadString('\n')
		_ = conn.Close()
		if err == nil {
			return strings.TrimSpace(answer)
		}
		last = err
	}
	t.Fatalf("no answer at %s: %v", s.Addr, last)
	return ""
}

func TestAServerKeepsAddressAndDataWhenItIsKilled(t *testing.T) {
	s := Open(t).Start(t, Options{Conf: "maxmemory 64mb\n", Args: []string{"--appendonly", "yes", "--appendfsync", "always"}})
	if got := says(t, s, "SET a 1"); got != "+OK" {
		t.Fatalf("SET answered %s", got)
	}
	s.Kill()
	if conn, err := net.DialTimeout("tcp", s.Addr, time.Second); err == nil {
		_ = conn.Close()
		t.Error("a killed server accepts connections")
	}
	s.Resume()
	if got := says(t, s, "INCR a"); got != ":2" {
		t.Errorf("after the kill INCR answered %s, want :2", got)
	}
}

// This test runs this very binary on a machine that has nothing: its PATH is empty.
func TestAMachineThatCannotFailsWithOneMessage(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"failed":           {nil, []string{"--- FAIL", "a real Redis cannot be started here", "make doctor", "go test -short", "mmdebstrap"}},
		"skipped if short": {[]string{"-test.short"}, []string{"--- SKIP", "-short leaves out", "PASS"}},
	} {
		cmd := exec.CommandContext(t.Context(), self, append([]string{"-test.v", "-test.run=^TestAServerKeeps"}, c.args...)...)
		cmd.Env = append(cmd.Environ(), "PATH="+t.TempDir(), "REDIS_E2E_IMAGES=build", "REDIS_E2E_CACHE="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if failed := name == "failed"; failed != (err != nil) {
			t.Errorf("%s: ended with %v", name, err)
		}
		for _, want := range c.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: %q is not in\n%s", name, want, out)
			}
		}
	}
}

func TestContainersOfKilledTestsAreRemoved(t *testing.T) {
	dir := t.TempDir()
	script := fmt.Sprintf(`#!/bin/sh
echo "$*" >>%s/calls
case "$1" in
ps) echo "ours theirs gone";;
inspect) case "$*" in *ours) echo %d;; *theirs) echo 1073741824;; *) exit 1;; esac;;
esac
`, dir, os.Getpid())
	if err := os.WriteFile(filepath.Join(dir, "podman"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	h := &Host{engine: &engine.Engine{Name: "podman", Path: filepath.Join(dir, "podman")}}
	if err := h.sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	calls, err := os.ReadFile(filepath.Join(dir, "calls"))
	if err != nil || !strings.Contains(string(calls), "rm -f -v theirs\n") || strings.Contains(string(calls), "rm -f -v ours") {
		t.Errorf("the engine was asked to\n%s%v", calls, err)
	}
}
