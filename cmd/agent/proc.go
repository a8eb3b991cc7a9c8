package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"redis-e2e/internal/agent/proc"
)

func procCommand() *cobra.Command {
	var t proc.Target
	group := &cobra.Command{Use: "proc", Short: "look at, or signal, processes of a container on this node"}
	list := &cobra.Command{Use: "list", Short: "processes with their rights", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return printJSON(proc.List("/proc", t.Match)) }}
	group.PersistentFlags().StringVar(&t.Match, "match", "", "container id or pod uid in the cgroup path")
	_ = list.MarkPersistentFlagRequired("match")
	group.AddCommand(list, watchCommand(&t), signalCommand(&t), huntCommand(&t))
	return group
}

func watchCommand(t *proc.Target) *cobra.Command {
	var period, interval time.Duration
	cmd := &cobra.Command{Use: "watch", Short: "distinct command lines seen in a period", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), period)
			defer cancel()
			return printJSON(proc.Watch(ctx, "/proc", t.Match, interval))
		}}
	cmd.Flags().DurationVar(&period, "for", 3*time.Second, "how long to watch")
	cmd.Flags().DurationVar(&interval, "every", 4*time.Millisecond, "how often to look")
	return cmd
}

func signalCommand(t *proc.Target) *cobra.Command {
	cmd := &cobra.Command{Use: "signal", Short: "signal one process, and wait for the effect", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), 10*time.Second)
			defer cancel()
			return printJSON(proc.Send(ctx, "/proc", *t))
		}}
	cmd.Flags().StringVar(&t.Name, "name", "redis-server", "name of the process")
	cmd.Flags().StringVar(&t.Signal, "signal", "KILL", "KILL, TERM, STOP or CONT")
	return cmd
}

func huntCommand(t *proc.Target) *cobra.Command {
	var limit time.Duration
	cmd := &cobra.Command{Use: "hunt", Short: "kill a process and all that follow it, until told to stop by a line", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return untilTold(cmd.Context(), limit, func(ctx context.Context, began func(any) error) (any, error) {
				return proc.Hunt(ctx, *t, proc.Hunter{Root: "/proc", Killed: func(s proc.Signalled) error { return began(s) }})
			})
		}}
	cmd.Flags().StringVar(&t.Name, "name", "redis-server", "name of the process")
	cmd.Flags().DurationVar(&limit, "for", time.Minute, "when to stop if nobody says so")
	return cmd
}
