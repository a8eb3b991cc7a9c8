package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/images"
	"redis-e2e/internal/progress"
)

// netpolLimit bounds the whole of upstream's suite.
const netpolLimit = 3 * time.Hour

func netpolCommand() *cobra.Command {
	return withConfig(&cobra.Command{Use: "netpol-conformance", Args: cobra.NoArgs,
		Short: "Kubernetes' own NetworkPolicy suite against the cluster that suites run on; --focus and --procs apply"},
		func(ctx context.Context, c config.Config, _ []string) error {
			t := progress.For(os.Stdout)
			defer t.Close()
			if c.Provider != "kind" {
				return errors.New("the suite's image is loaded into nodes, which only --provider=kind lets us do")
			}
			m, unlock, err := prepared(ctx, c, t)
			if err != nil {
				return err
			}
			defer unlock()
			suite, err := images.EnsureNetpol(ctx, bootstrap.Request(c, t))
			if err != nil {
				return err
			}
			k := bootstrap.Kind(c, m, t)
			cl, err := k.Acquire(ctx)
			if err != nil {
				return err
			}
			defer func() {
				if err := k.Release(context.WithoutCancel(ctx), cl); err != nil {
					t.Say("the cluster could not be deleted: %v; run `make down`", err)
				}
			}()
			if err := k.LoadArchive(ctx, suite.Pods.Archive, suite.Pods.Ref); err != nil {
				return err
			}
			return netpol(ctx, c, suite, cl)
		})
}

// netpol runs the suite and leaves junit.xml and what it printed below the folder for results.
func netpol(ctx context.Context, c config.Config, suite images.Netpol, cl *cluster.Cluster) (err error) {
	dir, err := os.MkdirTemp("", "redis-e2e-netpol-") // holds credentials
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	kubeconfig, command := filepath.Join(dir, "kubeconfig"), filepath.Join(dir, "netpol.test") // ginkgo runs only what is called so
	if err := errors.Join(os.WriteFile(kubeconfig, cl.Kubeconfig, 0o600), os.Symlink(suite.Command, command)); err != nil {
		return err
	}
	out, err := filepath.Abs(filepath.Join(c.Out, "netpol-conformance"))
	if err != nil {
		return err
	}
	focus := c.Focus
	if focus == "" {
		focus = "Netpol" // every spec of the suite; without a focus those with a feature label would be left out
	}
	args := []string{"run", "--procs=" + strconv.Itoa(c.Procs), "--no-color", "--output-dir=" + out, "--junit-report=junit.xml",
		"--timeout=" + netpolLimit.String(), "--focus=" + focus}
	if !sctp() {
		fmt.Println("left out: specs that connect by SCTP, which this kernel does not have")
		args = append(args, "--skip=SCTPConnectivity")
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, suite.Ginkgo, append(args, command, "--", "-kubeconfig="+kubeconfig, "-provider=local")...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it deletes its namespaces
	cmd.WaitDelay = c.Timeouts.NamespaceGone
	err = cmd.Run()
	fmt.Println("junit:", filepath.Join(out, "junit.xml"))
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) && ctx.Err() == nil {
		return errRed
	}
	return err
}

// sctp says whether the kernel, which the nodes share, has it.
func sctp() bool {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_SCTP)
	if err != nil {
		return false
	}
	return unix.Close(fd) == nil
}
