package cluster

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestMain lets this binary be another run, which holds a cluster's lock until it is killed: `cluster.test -- DIR`.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.NArg() == 0 {
		os.Exit(m.Run())
	}
	if _, err := Lock(flag.Arg(0), "c"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, _ = fmt.Fprintln(os.Stdout, "held")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // for ever
}

func otherRun(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "--", dir)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("the other run said %q, %v", line, err)
	}
	return cmd
}

func TestASecondRunIsToldWhoHoldsTheCluster(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "clusters")
	other := otherRun(t, dir)
	_, err := Lock(dir, "c")
	if err == nil || !strings.Contains(err.Error(), "cluster c is in use by another run (process "+strconv.Itoa(other.Process.Pid)+")") || !strings.Contains(err.Error(), "CLUSTER=") {
		t.Errorf("got %v, want an error that names process %d", err, other.Process.Pid)
	}
	unlock, err := Lock(dir, "another")
	if err != nil {
		t.Fatalf("a cluster of another name: %v", err)
	}
	unlock()

	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // killed
	unlock, err = Lock(dir, "c")
	if err != nil {
		t.Fatalf("the holder was killed, and yet: %v", err)
	}
	if _, err := Lock(dir, "c"); err == nil || !strings.Contains(err.Error(), "process "+strconv.Itoa(os.Getpid())) {
		t.Errorf("got %v, want an error that names this process", err)
	}
	unlock()
	unlock, err = Lock(dir, "c")
	if err != nil {
		t.Fatalf("it was given back, and yet: %v", err)
	}
	unlock()
}
