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
	"syscall"
)

// goBuild compiles the tools of one go.mod into static binaries.
type goBuild struct {
	Group   string // folder below images/
	Mod     []byte // its go.mod
	Main    []byte // a command of our own beside the tools; may be nil
	Tags    string
	LDFlags string
}

func (b goBuild) artifact(name string) Artifact {
	inputs := []string{"go build tool", runtime.Version(), runtime.GOOS, runtime.GOARCH, string(b.Mod), b.Tags, b.LDFlags}
	if b.Main != nil {
		inputs = append(inputs, string(b.Main))
	}
	return Artifact{
		Name: name, Kind: b.Group, Inputs: inputs,
		Build: func(ctx context.Context, dir string) error {
			work, err := os.MkdirTemp("", "redis-e2e-"+b.Group+"-")
			if err != nil {
				return err
			}
			defer func() { _ = os.RemoveAll(work) }()
			if err := os.WriteFile(filepath.Join(work, "go.mod"), b.Mod, 0o644); err != nil {
				return err
			}
			packages := []string{"tool"}
			if b.Main != nil {
				packages = append(packages, ".")
				if err := os.WriteFile(filepath.Join(work, "main.go"), b.Main, 0o644); err != nil {
					return err
				}
			}
			// -mod=mod: go.sum is made on the way, each line checked against the checksum database
			_, err = goOutput(ctx, work, append([]string{"build", "-mod=mod", "-trimpath", "-tags=" + b.Tags,
				"-ldflags=-s -w " + b.LDFlags, "-o", dir + string(filepath.Separator)}, packages...)...)
			return err
		},
	}
}

// goOutput runs the go command for a static linux binary in dir and gives its standard output.
func goOutput(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOWORK=off", "GOFLAGS=-buildvcs=false")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its compilers end with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", args[0], err, lastLines(errs.String(), 12))
	}
	return out.Bytes(), nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
