package engine

import (
	"strings"
	"testing"
)

func TestDockersOwnHostIsUsed(t *testing.T) {
	e := fake(t, `[ "$1 $2" = "context inspect" ] && echo unix:///run/docker.sock`)
	e.Name = "docker"
	host, stop, err := e.Socket(t.Context(), t.TempDir())
	if err != nil || host != "unix:///run/docker.sock" {
		t.Fatalf("host %q, %v", host, err)
	}
	stop()
}

func TestAServiceThatEndsAtOnceSaysWhy(t *testing.T) {
	_, _, err := fake(t, `echo "Error: unknown command system service" >&2; exit 125`).Socket(t.Context(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "it ended (exit status 125): Error: unknown command") {
		t.Errorf("got %v", err)
	}
}
