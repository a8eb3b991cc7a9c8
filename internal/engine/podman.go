package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const wantedFiles = 1048576 // podman's default for nofile; it fails where the hard limit is lower

// writeContainersConf writes the settings podman needs on this machine into dir and gives the file's path. It is
// passed by CONTAINERS_CONF, so nothing of the user's is read or changed.
func writeContainersConf(dir string) (string, error) {
	text, err := containersConf()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "containers.conf")
	return path, writeFile(path, text)
}

func containersConf() (string, error) {
	files, procs, err := limits()
	if err != nil {
		return "", err
	}
	legacy, err := cgroupV1()
	if err != nil {
		return "", err
	}
	return machine{files: files, procs: procs, cgroupV1: legacy, runc: has("runc"), systemd: systemd(), netavark: netavark()}.conf(), nil
}

// machine is what decides about podman's settings.
type machine struct {
	files, procs                      uint64 // hard limits a container may ask for
	cgroupV1, runc, systemd, netavark bool
}

func (m machine) conf() string {
	var b strings.Builder
	b.WriteString("# written by redis-e2e, used by its own podman commands only\n[containers]\n")
	if m.files < wantedFiles {
		fmt.Fprintf(&b, "default_ulimits = [\"nofile=%d:%d\", \"nproc=%d:%d\"]\n", m.files, m.files, m.procs, m.procs)
	}
	b.WriteString("[engine]\n")
	if m.cgroupV1 && m.runc {
		b.WriteString("runtime = \"runc\"\n") // crun refuses hybrid cgroups
	}
	if !m.systemd {
		b.WriteString("cgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n")
	}
	if m.netavark {
		b.WriteString("[network]\nnetwork_backend = \"netavark\"\n") // with CNI, node names do not resolve and nodes cannot join
	}
	return b.String()
}

const rlimitNproc = 6 // RLIMIT_NPROC on Linux; package syscall does not name it

// limits gives the hard limits a container may ask for here. podman lowers its own process limit to pid_max before it
// starts the runtime, so more than that is refused too.
func limits() (files, procs uint64, err error) {
	var f, p syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &f); err != nil {
		return 0, 0, err
	}
	if err := syscall.Getrlimit(rlimitNproc, &p); err != nil {
		return 0, 0, err
	}
	text, err := os.ReadFile("/proc/sys/kernel/pid_max")
	if err != nil {
		return 0, 0, err
	}
	most, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	return f.Max, min(p.Max, most), err
}

// cgroupV1 says whether the machine's cgroups are version 1 or hybrid.
func cgroupV1() (bool, error) {
	_, err := os.Stat("/sys/fs/cgroup/cgroup.controllers")
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return false, err
}

func systemd() bool {
	_, err := os.Stat("/run/systemd/system")
	return err == nil
}

func netavark() bool {
	for _, dir := range []string{"/usr/lib/podman", "/usr/libexec/podman", "/usr/local/lib/podman", "/usr/local/libexec/podman"} {
		if _, err := os.Stat(filepath.Join(dir, "netavark")); err == nil {
			return true
		}
	}
	return has("netavark")
}

func has(command string) bool {
	_, err := exec.LookPath(command)
	return err == nil
}
