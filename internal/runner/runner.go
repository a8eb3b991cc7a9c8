// Package runner answers: how is each suite compiled, started and followed, and what did they find together?
//
// It must not import ginkgo, gomega or harness: suites run in processes of their own.
package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"redis-e2e/internal/config"
	"redis-e2e/internal/progress"
	"redis-e2e/internal/report"
	"redis-e2e/internal/session"
)

// Suites gives the suites a run asks for, all of them by default; an unknown one is an error that lists the known ones.
func Suites(c config.Config) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(c.Root, "suites", "*", "suite_test.go"))
	if err != nil {
		return nil, err
	}
	var known []string
	for _, f := range found {
		known = append(known, filepath.Base(filepath.Dir(f)))
	}
	sort.Strings(known)
	if len(known) == 0 {
		return nil, fmt.Errorf("there is no suite below %s", filepath.Join(c.Root, "suites"))
	}
	if len(c.Suites) == 0 {
		return known, nil
	}
	for _, s := range c.Suites {
		if i := sort.SearchStrings(known, s); i == len(known) || known[i] != s {
			return nil, fmt.Errorf("there is no suite %q: use one of %s", s, strings.Join(known, ", "))
		}
	}
	return c.Suites, nil
}

// Compile builds the suites' test binaries into dir and gives the path of Ginkgo's command, which Go keeps built.
func Compile(ctx context.Context, c config.Config, dir string, suites []string) (ginkgo string, err error) {
	for _, s := range suites {
		if _, err := goRun(ctx, c.Root, "test", "-c", "-ldflags=-s -w", "-o", filepath.Join(dir, s+".test"), "./suites/"+s); err != nil {
			return "", fmt.Errorf("suite %s does not compile: %w", s, err)
		}
	}
	return goRun(ctx, c.Root, "tool", "-n", "ginkgo")
}

// goRun gives the standard output of a go command.
func goRun(ctx context.Context, root string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, bytes.TrimSpace(errs.Bytes()))
	}
	return strings.TrimSpace(out.String()), nil
}

// Options say how suites run.
type Options struct {
	Session  session.Session
	File     string // where the session was written
	Bin      string // folder that Compile filled
	Ginkgo   string // path that Compile gave
	Limit    time.Duration
	Progress progress.Tracker
}

// Run runs one suite and gives its outcome. Red specs are in the outcome; an error means that the suite did not run to its end.
func Run(ctx context.Context, o Options, suite string) (session.Outcome, error) {
	box := session.Mailbox{Dir: o.Session.Dir, Suite: suite}
	if err := os.MkdirAll(filepath.Dir(box.Log()), 0o755); err != nil {
		return session.Outcome{}, err
	}
	if err := box.Clear(); err != nil {
		return session.Outcome{}, err
	}
	log, err := os.Create(box.Log())
	if err != nil {
		return session.Outcome{}, err
	}
	defer log.Close()
	args := []string{"run", "--procs=" + strconv.Itoa(o.Session.Config.Procs), "--no-color", "--keep-going", "--poll-progress-after=120s",
		"--timeout=" + o.Limit.String(), "--label-filter=" + o.Session.Config.Labels}
	if o.Session.Config.Focus != "" {
		args = append(args, "--focus="+o.Session.Config.Focus)
	}
	cmd := exec.CommandContext(ctx, o.Ginkgo, append(args, filepath.Join(o.Bin, suite+".test"))...)
	cmd.Env = append(os.Environ(), config.SessionVariable+"="+o.File)
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, o.Session.Config.Root
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) } // Ginkgo then cleans up
	cmd.WaitDelay = 90 * time.Second
	followed := make(chan struct{})
	done := make(chan struct{})
	go func() { follow(box, o.Progress, done); close(followed) }()
	err = cmd.Run()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // nothing of the suite outlives it; usually nothing is left
	}
	close(done)
	<-followed
	if ctx.Err() != nil {
		return session.Outcome{}, context.Cause(ctx)
	}
	outcome, rerr := box.Outcome()
	if rerr != nil && err != nil {
		return outcome, fmt.Errorf("%w; Ginkgo ended with %w", rerr, err)
	}
	if rerr != nil {
		return outcome, rerr
	}
	if outcome.Setup != "" {
		return outcome, fmt.Errorf("suite %s: %s", suite, outcome.Setup)
	}
	if total := len(outcome.Suite.Specs); err != nil && total > 0 && !anyRed(outcome.Suite) {
		return outcome, fmt.Errorf("suite %s ended with %w although no spec is red: see %s", suite, err, box.Log())
	}
	return outcome, nil
}

func anyRed(s report.Suite) bool {
	for _, spec := range s.Specs {
		if spec.State == report.Failed || spec.State == report.SpecInvalid {
			return true
		}
	}
	return false
}

// follow shows specs as steps while they run, until done is closed.
func follow(box session.Mailbox, t progress.Tracker, done <-chan struct{}) {
	running := map[string]progress.Step{}
	read := int64(0)
	look := func() {
		events, next, err := box.Events(read)
		if err != nil {
			return // the outcome, which comes whole, decides; this is only a display
		}
		read = next
		for _, e := range events {
			if step, ok := running[e.Spec]; ok && e.State != "" {
				step.Done(failed(e.State))
				delete(running, e.Spec)
			} else if e.State == "" {
				running[e.Spec] = t.Start(e.Spec)
			}
		}
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			look()
			for _, step := range running {
				step.Done(errors.New("it did not end"))
			}
			return
		case <-tick.C:
			look()
		}
	}
}

func failed(s report.State) error {
	if s == report.Failed || s == report.SpecInvalid {
		return errors.New(string(s))
	}
	return nil
}
