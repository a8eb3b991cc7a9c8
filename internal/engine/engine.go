// Package engine answers: which container engine runs the nodes, and does it really run privileged containers?
//
// It must not import images, cluster or anything above them.
package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Engine is a docker or podman command line that answered.
type Engine struct {
	Name    string // docker or podman
	Path    string // absolute path of the command
	Version string // of the server
	Why     string // why this one was chosen, for the run's first lines

	env      []string
	patience time.Duration // after a cancel, until a command that ignores it is killed; 0 means 10 s
}

// Output runs `docker|podman args…` and gives its standard output; the error carries what it printed.
func (e *Engine) Output(ctx context.Context, args ...string) (string, error) {
	var out bytes.Buffer
	err := e.Stream(ctx, Streams{Out: &out}, args...)
	return strings.TrimSpace(out.String()), err
}

// Streams are the standard streams of one engine command; nil ones are discarded, except Err, which goes into the error.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// Stream runs one engine command with the given streams.
func (e *Engine) Stream(ctx context.Context, s Streams, args ...string) error {
	cmd := e.command(ctx, args...)
	var stderr tail
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.In, s.Out, &stderr
	if s.Err != nil {
		cmd.Stderr = io.MultiWriter(&stderr, s.Err)
	}
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			if cmd.Process != nil {
				_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // those of its group that ignored the first signal
			}
			return fmt.Errorf("%s %s: %w", e.Name, args[0], context.Cause(ctx))
		}
		return &CommandError{Command: e.Name + " " + strings.Join(args, " "), Printed: stderr.String(), Err: err}
	}
	return nil
}

func (e *Engine) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, e.Path, args...)
	cmd.Env = append(os.Environ(), e.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C reaches us, and we end it in order
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = cmp.Or(e.patience, 10*time.Second)
	return cmd
}

// CommandError is an engine command that failed.
type CommandError struct {
	Command string
	Printed string // the end of its standard error
	Err     error
}

// Error names the command and what it printed.
func (c *CommandError) Error() string {
	if c.Printed == "" {
		return fmt.Sprintf("%s: %v, and it printed nothing", c.Command, c.Err)
	}
	return fmt.Sprintf("%s: %v: %s", c.Command, c.Err, c.Printed)
}

// Unwrap gives the exit status.
func (c *CommandError) Unwrap() error { return c.Err }

// HasImage says whether the engine's own store holds ref.
func (e *Engine) HasImage(ctx context.Context, ref string) (bool, error) {
	_, err := e.Output(ctx, "image", "inspect", "--format", "{{.Id}}", ref)
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return false, nil
	}
	return err == nil, err
}

// Load reads an image archive (docker-archive format) into the engine's store.
func (e *Engine) Load(ctx context.Context, archive string) error {
	_, err := e.Output(ctx, "load", "-i", archive)
	return err
}

// tail keeps the last 2 KiB that a command wrote to standard error.
type tail struct{ buf []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if n := len(t.buf) - 2048; n > 0 {
		t.buf = append(t.buf[:0], t.buf[n:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.buf)) }
