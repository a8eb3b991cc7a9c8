// Command agent is the one binary this project runs inside a cluster: relay, pod network, and eyes on a node's processes.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/knftables"

	"redis-e2e/internal/agent/podnet"
	"redis-e2e/internal/agent/proc"
	"redis-e2e/internal/agent/relay"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{Use: "agent", SilenceUsage: true}
	root.AddCommand(echoCommand(), relayCommand(), podnetCommand(), idleCommand(), procCommand())
	if err := root.ExecuteContext(ctx); err != nil {
		os.Exit(1)
	}
}

func echoCommand() *cobra.Command {
	return &cobra.Command{Use: "echo WORD", Short: "print WORD: the proof that a container ran", Args: cobra.ExactArgs(1),
		Run: func(cmd *cobra.Command, args []string) { fmt.Println(args[0]) }}
}

func relayCommand() *cobra.Command {
	var listen string
	var dial time.Duration
	cmd := &cobra.Command{Use: "relay", Short: "serve SOCKS5 to clients outside the cluster", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			return relay.Server{DialTimeout: dial}.Serve(cmd.Context(), l)
		}}
	cmd.Flags().StringVar(&listen, "listen", ":1080", "address to listen on")
	cmd.Flags().DurationVar(&dial, "dial-timeout", 3*time.Second, "how long a target may take to accept")
	return cmd
}

func podnetCommand() *cobra.Command {
	var apiServer string
	a := podnet.Agent{Routes: podnet.Netlink{}, Log: func(format string, args ...any) { fmt.Printf(format+"\n", args...) }}
	cmd := &cobra.Command{Use: "podnet", Short: "give this node's pods a network", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := rest.InClusterConfig()
			if err != nil {
				return err
			}
			if apiServer != "" {
				cfg.Host = "https://" + apiServer
			}
			if a.Client, err = kubernetes.NewForConfig(cfg); err != nil {
				return err
			}
			nft, err := knftables.New(knftables.IPv4Family, "podnet")
			if err != nil {
				return err
			}
			a.Firewall = podnet.Masquerade(nft)
			return a.Run(cmd.Context())
		}}
	cmd.Flags().StringVar(&a.Node, "node", "", "name of this node")
	cmd.Flags().StringVar(&a.PodSubnet, "pod-subnet", "", "the cluster's pod range")
	cmd.Flags().StringVar(&apiServer, "api-server", "", "host:port of the API server (default the kubernetes Service)")
	cmd.Flags().StringVar(&a.CNIDir, "cni-dir", "/etc/cni/net.d", "where the CNI configuration goes")
	return cmd
}

func idleCommand() *cobra.Command {
	return &cobra.Command{Use: "idle", Short: "wait for commands to be run in this container", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) { <-cmd.Context().Done() }}
}

func procCommand() *cobra.Command {
	var t proc.Target
	var period, interval time.Duration
	group := &cobra.Command{Use: "proc", Short: "look at, or signal, processes of a container on this node"}
	list := &cobra.Command{Use: "list", Short: "processes with their rights", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return printJSON(proc.List("/proc", t.Match)) }}
	watch := &cobra.Command{Use: "watch", Short: "distinct command lines seen in a period", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), period)
			defer cancel()
			return printJSON(proc.Watch(ctx, "/proc", t.Match, interval))
		}}
	watch.Flags().DurationVar(&period, "for", 3*time.Second, "how long to watch")
	watch.Flags().DurationVar(&interval, "every", 4*time.Millisecond, "how often to look")
	send := &cobra.Command{Use: "signal", Short: "signal one process", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), 10*time.Second)
			defer cancel()
			return printJSON(proc.Send(ctx, "/proc", t))
		}}
	send.Flags().StringVar(&t.Name, "name", "redis-server", "name of the process")
	send.Flags().StringVar(&t.Signal, "signal", "KILL", "KILL, TERM, STOP or CONT")
	group.PersistentFlags().StringVar(&t.Match, "match", "", "container id or pod uid in the cgroup path")
	_ = list.MarkPersistentFlagRequired("match")
	group.AddCommand(list, watch, send)
	return group
}

// printJSON answers, and stays until the caller closes standard input: what a process wrote just before its end can be lost
// on the way through an exec.
func printJSON[T any](v T, err error) error {
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		return err
	}
	read := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); close(read) }()
	select {
	case <-read:
	case <-time.After(20 * time.Second): // the caller is gone
	}
	return nil
}
