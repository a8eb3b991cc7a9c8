package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"redis-e2e/internal/engine"
)

// cut is a node of a pretended engine, which answers as the shell text says.
func cut(t *testing.T, answers string) *isolated {
	t.Helper()
	path := filepath.Join(t.TempDir(), "podman")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ncase \"$*\" in\n"+answers+"\nesac\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return &isolated{k: &Kind{Engine: &engine.Engine{Name: "podman", Path: path}}, node: "n", peer: "p", address: "10.0.0.1", peersAddress: "10.0.0.2"}
}

const (
	ruled   = "*'list tables'*) echo table inet redis_e2e_isolation;;\n"
	holding = "*'list set'*) echo 'elements = { eth0 timeout 3m expires 2m }';;\n"
	expired = "*'list set'*) echo 'set uplink { type ifname; }';;\n"
	unheard = "*/dev/tcp/*) exit 124;;\n"
)

func TestAHealedNodeIsReachedBothWays(t *testing.T) {
	for name, answers := range map[string]string{"isolated": ruled + holding, "healed before": ""} {
		if err := cut(t, answers).heal(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	limit := errors.New("not within 500ms")
	for name, answers := range map[string]string{"no way": unheard, "one way": "*10.0.0.1/*) exit 124;;\n"} {
		if err := cut(t, ruled+holding+answers).heal(soon(t, limit)); !errors.Is(err, limit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnIsolationThatEndedByItselfIsReported(t *testing.T) {
	if err := cut(t, ruled+expired).heal(t.Context()); err == nil || !strings.Contains(err.Error(), "ended by itself after 3m0s") {
		t.Errorf("got %v", err)
	}
}

func TestOpenWaysAreCounted(t *testing.T) {
	for answers, want := range map[string]int{"": 2, "*10.0.0.1/*) exit 124;;": 1, unheard: 0} {
		if ways, err := cut(t, answers).open(t.Context()); ways != want || (err == nil) != (want == 2) {
			t.Errorf("%q: %d, %v; want %d", answers, ways, err, want)
		}
	}
}

func TestALookThatFailsIsNoSilence(t *testing.T) {
	for name, c := range map[string]struct {
		answers string
		want    bool
	}{
		"both dropped":      {unheard, true},
		"the engine failed": {"*/dev/tcp/*) exit 125;;\n", false},
		"one look failed":   {"*10.0.0.1/*) exit 124;;\n*10.0.0.2/*) exit 125;;\n", false},
		"both answered":     {"", false},
	} {
		if _, err := cut(t, c.answers).open(t.Context()); unanswered(err) != c.want {
			t.Errorf("%s: %v counts as silence: %v", name, err, !c.want)
		}
	}
}
