package chart

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shells are the interpreters an image may have as sh; on this machine at least one is there.
func shells(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for name, command := range map[string][]string{"sh": {"sh"}, "dash": {"dash"}, "bash": {"bash", "--posix"}, "busybox": {"busybox", "sh"}} {
		if path, err := exec.LookPath(command[0]); err == nil {
			found[name] = append([]string{path}, command[1:]...)
		}
	}
	if len(found) == 0 {
		t.Fatal("no shell is on PATH")
	}
	return found
}

// sandbox runs the chart's scripts as a pod would: nothing on PATH but the few tools every image has, and fakes.
type sandbox struct {
	dir   string
	shell []string
	env   []string
}

func newSandbox(t *testing.T, shell []string) *sandbox {
	t.Helper()
	s := &sandbox{dir: t.TempDir(), shell: shell}
	for _, sub := range []string{"bin", "etc", "run"} {
		if err := os.Mkdir(filepath.Join(s.dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range []string{"sh", "cat", "grep", "sed", "timeout", "date", "rm", "sleep"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, s.path("bin", tool)); err != nil {
			t.Fatal(err)
		}
	}
	s.env = []string{"PATH=" + s.path("bin"), "FAKE=" + s.dir, "REDIS_PORT=6379", "REDIS_DATA_DIR=/data",
		"REDIS_MOUNTED_CONF=" + s.path("etc"), "REDIS_RUN_DIR=" + s.path("run")}
	return s
}

func (s *sandbox) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

// fake puts a shell script on PATH.
func (s *sandbox) fake(t *testing.T, name, body string) {
	t.Helper()
	if err := os.WriteFile(s.path("bin", name), []byte("#!"+s.path("bin", "sh")+"\n"+body+"\n"), 0o700); err != nil { // it must be executable
		t.Fatal(err)
	}
}

// password mounts one.
func (s *sandbox) password(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(s.path("password"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "REDIS_PASSWORD_FILE="+s.path("password"))
}

// run gives everything the script printed, and whether it succeeded.
func (s *sandbox) run(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	args = append(s.shell[1:len(s.shell):len(s.shell)], args...)
	cmd := exec.CommandContext(t.Context(), s.shell[0], args...)
	cmd.Env, cmd.WaitDelay = s.env, 10*time.Second
	output, err := cmd.CombinedOutput()
	return string(output), err == nil
}

// recorded reads what a fake left behind.
func (s *sandbox) recorded(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(s.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(data), "\n")
}
