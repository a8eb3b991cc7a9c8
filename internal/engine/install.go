package engine

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// Packages are Debian's names for an engine that runs kind nodes (netavark calls iptables), and for building root file systems.
func Packages(build bool) []string {
	p := []string{"podman", "netavark", "aardvark-dns", "runc", "iptables"}
	if build {
		p = append(p, "mmdebstrap")
	}
	return p
}

// Missing gives those of the packages' commands that are not on this machine.
func Missing(build bool) []string {
	var missing []string
	for _, p := range Packages(build) {
		found := has(p)
		if p == "netavark" || p == "aardvark-dns" {
			found = helper(p)
		}
		if !found {
			missing = append(missing, p)
		}
	}
	return missing
}

func helper(name string) bool {
	_, err := os.Stat("/usr/lib/podman/" + name)
	return err == nil || has(name)
}

// CanInstall says whether packages can be installed here: root on Debian or Ubuntu. The error names the exact thing to do.
func CanInstall(packages []string) error {
	command := "apt-get install " + strings.Join(packages, " ")
	if !debian() && !slices.Contains(packages, "podman") {
		return fmt.Errorf("this is not Debian or Ubuntu, so nothing is installed here: install %s", strings.Join(packages, ", "))
	}
	if !debian() {
		return fmt.Errorf("install Docker 23 or newer, or podman 4 with netavark, and start it")
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("not root, so nothing is installed here: run `sudo %s`, or install Docker 23 or newer", command)
	}
	return nil
}

// Install runs apt-get for the given Debian packages.
func Install(ctx context.Context, packages []string) error {
	if len(packages) == 0 {
		return nil
	}
	if err := CanInstall(packages); err != nil {
		return err
	}
	args := append([]string{"-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends"}, packages...)
	if err := apt(ctx, args...); err == nil {
		return nil
	}
	if err := apt(ctx, "update"); err != nil { // a new machine has no package lists
		return err
	}
	return apt(ctx, args...)
}

func apt(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t := tail{}
		_, _ = t.Write(out.Bytes())
		return fmt.Errorf("apt-get %s: %w: %s", strings.Join(args, " "), err, t.String())
	}
	return nil
}

func debian() bool {
	text, err := os.ReadFile("/etc/os-release")
	return err == nil && isDebian(string(text)) && has("apt-get")
}

// isDebian reads os-release: ID or ID_LIKE names debian or ubuntu.
func isDebian(release string) bool {
	for _, line := range strings.Split(release, "\n") {
		k, v, _ := strings.Cut(line, "=")
		if k != "ID" && k != "ID_LIKE" {
			continue
		}
		for _, word := range strings.Fields(strings.Trim(v, `"`)) {
			if word == "debian" || word == "ubuntu" {
				return true
			}
		}
	}
	return false
}
