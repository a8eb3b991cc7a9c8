// Command agent is the one binary this project runs inside a cluster: relay, pod network, eyes and hands on a node.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/knftables"

	"redis-e2e/internal/agent/netpol"
	"redis-e2e/internal/agent/podnet"
	"redis-e2e/internal/agent/relay"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{Use: "agent", SilenceUsage: true}
	root.AddCommand(echoCommand(), relayCommand(), podnetCommand(), idleCommand(), procCommand(), linkCommand())
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
	cmd := &cobra.Command{Use: "podnet", Short: "give this node's pods a network, and enforce NetworkPolicies", Args: cobra.NoArgs,
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
			policies, err := knftables.New(knftables.IPv4Family, "netpol")
			if err != nil {
				return err
			}
			both, ctx := errgroup.WithContext(cmd.Context())
			both.Go(func() error { return a.Run(ctx) })
			n := netpol.Agent{Node: a.Node, Client: a.Client, Firewall: netpol.Nftables{Interface: policies}, Log: a.Log}
			both.Go(func() error { return n.Run(ctx) })
			return both.Wait()
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
