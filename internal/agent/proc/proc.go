// Package proc answers: which processes run in this container, with which rights, as the kernel sees them?
//
// It reads /proc of the node, so that no chart needs a shell in its image. It runs inside the cluster and must not
// import any other package of this project.
package proc

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Process is one running process of a container.
type Process struct {
	PID          int      `json:"pid"`
	Parent       int      `json:"parent"` // its pid
	Name         string   `json:"name"`
	Args         []string `json:"args"`
	UID          int      `json:"uid"` // effective
	GID          int      `json:"gid"` // effective
	CapEffective uint64   `json:"capEffective"`
	CapBounding  uint64   `json:"capBounding"`
	NoNewPrivs   bool     `json:"noNewPrivs"`
	Seccomp      int      `json:"seccomp"`      // 0 none, 1 strict, 2 filter
	RootReadOnly bool     `json:"rootReadOnly"` // the mount at / of its mount namespace
}

// List gives the processes whose cgroup path contains match (a container id or a pod's uid), in order of pid.
// A process that has ended, a zombie too, is left out.
func List(root, match string) ([]Process, error) {
	dirs, err := pids(root, match)
	if err != nil {
		return nil, err
	}
	var found []Process
	for _, dir := range dirs {
		if !inCgroup(dir, match) {
			continue
		}
		p, err := read(dir)
		if err != nil {
			if ending(err) || gone(dir) || zombie(dir) {
				continue
			}
			return nil, err
		}
		found = append(found, p)
	}
	slices.SortFunc(found, func(a, b Process) int { return a.PID - b.PID })
	return found, nil
}

func pids(root, match string) ([]string, error) {
	if match == "" {
		return nil, errors.New("no container id or pod uid was named: every process of the node would match")
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err == nil {
			dirs = append(dirs, filepath.Join(root, e.Name()))
		}
	}
	return dirs, nil
}

// inCgroup accepts a pod's uid with dashes or, as the systemd driver writes it, with underscores.
func inCgroup(dir, match string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "cgroup"))
	if err != nil {
		return false
	}
	return bytes.Contains(text, []byte(match)) || bytes.Contains(text, []byte(strings.ReplaceAll(match, "-", "_")))
}

// ending is what the kernel says of a process on its way out: its files go one after the other, and its mounts with EINVAL.
func ending(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.EINVAL)
}

func gone(dir string) bool {
	_, err := os.Stat(dir)
	return err != nil
}

func read(dir string) (Process, error) {
	pid, err := strconv.Atoi(filepath.Base(dir))
	if err != nil {
		return Process{}, err
	}
	p := Process{PID: pid}
	cmdline, err := os.ReadFile(filepath.Join(dir, "cmdline"))
	if err != nil {
		return p, err
	}
	p.Args = strings.Split(strings.TrimRight(string(cmdline), "\x00"), "\x00")
	status, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return p, err
	}
	if err := p.parseStatus(string(status)); err != nil {
		return p, fmt.Errorf("%s/status: %w", dir, err)
	}
	mounts, err := os.ReadFile(filepath.Join(dir, "mountinfo"))
	if err != nil {
		return p, err
	}
	p.RootReadOnly = rootReadOnly(string(mounts))
	return p, nil
}

func (p *Process) parseStatus(text string) error {
	for _, line := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(line, ":")
		f := strings.Fields(value)
		var err error
		switch {
		case key == "Name":
			p.Name = strings.TrimSpace(value)
		case key == "PPid" && len(f) == 1:
			p.Parent, err = strconv.Atoi(f[0])
		case key == "Uid" && len(f) == 4:
			p.UID, err = strconv.Atoi(f[1])
		case key == "Gid" && len(f) == 4:
			p.GID, err = strconv.Atoi(f[1])
		case key == "CapEff" && len(f) == 1:
			p.CapEffective, err = strconv.ParseUint(f[0], 16, 64)
		case key == "CapBnd" && len(f) == 1:
			p.CapBounding, err = strconv.ParseUint(f[0], 16, 64)
		case key == "NoNewPrivs" && len(f) == 1:
			p.NoNewPrivs = f[0] == "1"
		case key == "Seccomp" && len(f) == 1:
			p.Seccomp, err = strconv.Atoi(f[0])
		}
		if err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
	}
	return nil
}

// rootReadOnly reads mountinfo: the options of the last mount on / decide.
func rootReadOnly(mountinfo string) bool {
	ro := false
	for _, line := range strings.Split(mountinfo, "\n") {
		f := strings.Fields(line)
		if len(f) > 5 && f[4] == "/" {
			ro = strings.HasPrefix(f[5], "ro")
		}
	}
	return ro
}
