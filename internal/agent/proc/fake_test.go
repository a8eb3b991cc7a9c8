package proc

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

const (
	podUID   = "3f2b8c1e-0d4a-4f57-9d0c-7a1e5b6c2d10"
	readOnly = "701 600 0:50 / / ro,relatime - overlay overlay rw,lowerdir=/x\n702 701 0:51 / /data rw - ext4 /dev/vda rw\n"
)

// fake is a process below a made up /proc.
type fake struct {
	pid, parent          int
	name, cgroup, mounts string
	cmdline, state       string
}

// tree writes the processes into a folder that looks like /proc.
func tree(t *testing.T, all ...fake) string {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "meminfo"), "MemTotal: 1 kB\n")
	for _, p := range all {
		dir := filepath.Join(root, strconv.Itoa(p.pid))
		write(t, filepath.Join(dir, "cgroup"), "0::/kubepods.slice/"+p.cgroup+"\n")
		write(t, filepath.Join(dir, "cmdline"), p.cmdline)
		write(t, filepath.Join(dir, "mountinfo"), p.mounts)
		write(t, filepath.Join(dir, "stat"), fmt.Sprintf("%d (%s) %s 1 1\n", p.pid, p.name, p.state))
		write(t, filepath.Join(dir, "status"), fmt.Sprintf("Name:\t%s\nState:\t%s\nPPid:\t%d\nUid:\t0\t1001\t0\t0\nGid:\t0\t1002\t0\t0\n"+
			"CapEff:\t0000000000000400\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t2\n", p.name, p.state, p.parent))
	}
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// child starts a command and gives a folder that looks like /proc and holds only that process.
func child(t *testing.T, name string, args ...string) (cmd *exec.Cmd, root string) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), name, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	root = t.TempDir()
	pid := strconv.Itoa(cmd.Process.Pid)
	if err := os.Symlink(filepath.Join("/proc", pid), filepath.Join(root, pid)); err != nil {
		t.Fatal(err)
	}
	return cmd, root
}

const everyCgroup = ":/" // is in every line of /proc/PID/cgroup
