package images

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// rootfs is a Debian root file system, made by mmdebstrap as one tar file. The key covers suite, variant and packages;
// which package versions the archive held that day is kept beside it in packages.txt.
type rootfs struct {
	Name    string
	Suite   string
	Variant string // minbase installs; extract only unpacks the packages and what they need
	Include []string
}

const rootfsTar = "rootfs.tar"

func (r rootfs) artifact() Artifact {
	return Artifact{
		Name: fmt.Sprintf("root file system of %s (Debian %s)", r.Name, r.Suite), Kind: "rootfs-" + r.Name,
		Inputs: append([]string{"mmdebstrap 1", runtime.GOARCH, r.Suite, r.Variant}, r.Include...),
		Build:  r.build,
	}
}

func (r rootfs) build(ctx context.Context, dir string) error {
	if _, err := exec.LookPath("mmdebstrap"); err != nil {
		return fmt.Errorf("mmdebstrap is needed to build images: run `apt-get install mmdebstrap`, or use --images=pull: %w", err)
	}
	args := []string{"--quiet", "--mode=root", "--variant=" + r.Variant, "--include=" + strings.Join(r.Include, ",")}
	for _, path := range []string{"doc", "man", "locale", "info"} {
		args = append(args, "--dpkgopt=path-exclude=/usr/share/"+path+"/*")
	}
	listing := filepath.Join(dir, "packages.txt")
	if r.Variant != "extract" { // extract leaves no package database
		args = append(args, "--customize-hook=dpkg-query --admindir=\"$1/var/lib/dpkg\" -W >'"+listing+"'")
	}
	cmd := exec.CommandContext(ctx, "mmdebstrap", append(args, r.Suite, filepath.Join(dir, rootfsTar))...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it unmounts and removes its folder
	cmd.WaitDelay = 30 * time.Second
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("mmdebstrap %s: %w: %s", r.Suite, err, lastLines(errs.String(), 6))
	}
	return nil
}
