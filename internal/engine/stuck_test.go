package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOurHalfRemovedContainersAreRemovedAndNoOthers(t *testing.T) {
	const (
		build  = `0a1 redis-e2e-node-7 localhost/redis-e2e/node-base:7`
		test   = `0b2 happy_hopper localhost/redis-e2e/redis:8.0`
		theirs = `0c3 shop_db docker.io/library/postgres:17`
	)
	for name, c := range map[string]struct {
		listed  []string
		rm      string // what the engine does when told to remove
		removed string
		says    string
	}{
		"none":                    {nil, "true", "", ""},
		"a build's and a test's":  {[]string{build, test}, "true", "0a1 0b2", ""},
		"somebody else's":         {[]string{theirs, build}, "true", "0a1", ""},
		"gone meanwhile":          {[]string{build}, ": >$DIR/list; exit 1", "0a1", ""},
		"one that cannot be gone": {[]string{build}, "echo device busy >&2; exit 1", "0a1", "container 0a1 was left half removed: podman rm"},
	} {
		t.Run(name, func(t *testing.T) {
			e := fake(t, `case $1 in ps) while read -r line; do echo "$line"; done <$DIR/list;; rm) `+c.rm+`;; esac`)
			dir := filepath.Dir(e.Path)
			if err := os.WriteFile(filepath.Join(dir, "list"), []byte(strings.Join(c.listed, "\n")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			err := e.Unstick(t.Context())
			if (err != nil) != (c.says != "") {
				t.Fatalf("error %v, want %q", err, c.says)
			}
			if err != nil {
				says(t, err.Error(), c.says, "device busy")
			}
			var removed []string
			for line := range strings.Lines(read(filepath.Join(dir, "calls"))) {
				if _, id, ok := strings.Cut(strings.TrimSpace(line), " rm -f -v "); ok {
					removed = append(removed, id)
				}
			}
			if got := strings.Join(removed, " "); got != c.removed {
				t.Errorf("removed %q, want %q", got, c.removed)
			}
		})
	}
}

func TestAnEngineThatCannotListItsContainersSaysSo(t *testing.T) {
	err := fake(t, "echo database is locked >&2; exit 125").Unstick(t.Context())
	if err == nil {
		t.Fatal("no error")
	}
	says(t, err.Error(), "ps -a", "database is locked")
}
