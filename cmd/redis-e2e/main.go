// Command redis-e2e tests a Redis Helm chart on a real Kubernetes cluster and says with evidence what it keeps.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"redis-e2e/internal/config"
)

// Exit codes. A red spec is a finding; everything else is the environment or the command line.
const (
	exitRed         = 1
	exitEnvironment = 2
)

// red is returned by a run whose specs ran and found something.
var errRed = errors.New("a spec is red")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	err := root().ExecuteContext(ctx)
	switch {
	case err == nil:
	case errors.Is(err, errRed):
		os.Exit(exitRed)
	default:
		fmt.Fprintf(os.Stderr, "redis-e2e: %v\n", err)
		os.Exit(exitEnvironment)
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use: "redis-e2e", Short: "End-to-end tests for Redis Helm charts on real Kubernetes clusters",
		SilenceUsage: true, SilenceErrors: true, Version: version(),
	}
	cmd.AddCommand(runCommand(), doctorCommand(), benchCommand(), failoverCommand(), diffCommand(), imagesCommand(), upCommand(), downCommand(), cleanCommand(), checkCommand(), netpolCommand(), reportCommand(), mutantsCommand())
	return cmd
}

// withConfig gives a command every option as a flag and runs it with the completed configuration.
func withConfig(cmd *cobra.Command, run func(context.Context, config.Config, []string) error) *cobra.Command {
	cfg, err := config.New()
	cfg.Bind(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err != nil {
			return err
		}
		if err := cfg.Complete(cmd.Flags()); err != nil {
			return err
		}
		return run(cmd.Context(), cfg, args)
	}
	return cmd
}
