package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Options say which engine is wanted and what for.
type Options struct {
	Want    string                               // auto, docker or podman
	Dir     string                               // where our own containers.conf may be written
	Answers time.Duration                        // how long an engine may take to answer `info`
	Prove   func(context.Context, *Engine) error // runs a privileged container; an engine that fails it is not taken
	Install func(context.Context) error          // installs podman, or says why it cannot
}

// Find gives the first engine that answers and passes Prove. With Want=auto it tries docker, then podman, then
// installs podman where it knows how. The error lists what was tried and the one thing to do.
func Find(ctx context.Context, o Options) (*Engine, error) {
	names := []string{"docker", "podman"}
	if o.Want != "auto" {
		names = []string{o.Want}
	}
	var tried []string
	for _, name := range names {
		e, err := open(ctx, name, o)
		if err == nil {
			e.Why = strings.Join(append(tried, e.Name+" "+e.Version+" runs privileged containers"), "; ")
			return e, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		tried = append(tried, err.Error())
		if name == "podman" && len(Missing(false)) > 0 { // also when podman is there, but not what its network needs
			if ierr := o.Install(ctx); ierr != nil {
				tried = append(tried, ierr.Error())
				continue
			}
			if e, err = open(ctx, name, o); err == nil {
				e.Why = strings.Join(append(tried, "what podman "+e.Version+" lacked was installed for this run, and it runs privileged containers"), "; ")
				return e, nil
			}
			tried = append(tried, err.Error())
		}
	}
	return nil, fmt.Errorf("no usable container engine: %s", strings.Join(tried, "; "))
}

// Installed gives the engines that answer here, unproven: enough to look for leftovers, and nothing is installed.
func Installed(ctx context.Context, dir string, answers time.Duration) []*Engine {
	var found []*Engine
	for _, name := range []string{"docker", "podman"} {
		o := Options{Dir: dir, Answers: answers, Prove: func(context.Context, *Engine) error { return nil }}
		if e, err := open(ctx, name, o); err == nil {
			found = append(found, e)
		}
	}
	return found
}

func open(ctx context.Context, name string, o Options) (*Engine, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf("%s is not installed: %w", name, exec.ErrNotFound)
	}
	e := &Engine{Name: name, Path: path}
	if name == "podman" {
		conf, err := writeContainersConf(o.Dir)
		if err != nil {
			return nil, err
		}
		e.env = []string{"CONTAINERS_CONF=" + conf}
	}
	limited, cancel := context.WithTimeoutCause(ctx, o.Answers, fmt.Errorf("no answer within %s", o.Answers))
	defer cancel()
	format := "{{.ServerVersion}}"
	if name == "podman" {
		format = "{{.Version.Version}}"
	}
	if e.Version, err = e.Output(limited, "info", "--format", format); err != nil {
		return nil, fmt.Errorf("%s does not answer: %w", name, reason(err))
	}
	if e.Version == "" {
		return nil, fmt.Errorf("%s is installed, but no engine answers behind it", name)
	}
	if err := o.Prove(ctx, e); err != nil {
		return nil, fmt.Errorf("%s %s cannot run a privileged container: %w", name, e.Version, reason(err))
	}
	return e, nil
}

// Export makes this process, and so kind, use the same engine settings.
func (e *Engine) Export() error {
	for _, kv := range e.env {
		k, v, _ := strings.Cut(kv, "=")
		if err := os.Setenv(k, v); err != nil {
			return err
		}
	}
	return nil
}

// reason keeps of a failed command the last line it printed, which is where engines put the reason.
func reason(err error) error {
	var failed *CommandError
	if !errors.As(err, &failed) || failed.Printed == "" {
		return err
	}
	return errors.New(failed.Printed[strings.LastIndex(failed.Printed, "\n")+1:])
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	old, err := os.ReadFile(path)
	if err == nil && string(old) == text {
		return nil
	}
	tmp := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(tmp, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, path) // two runs at once never read half a file
}
