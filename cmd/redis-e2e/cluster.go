package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/progress"
)

func upCommand() *cobra.Command {
	return withConfig(&cobra.Command{Use: "up", Short: "create the cluster and keep it for later runs", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			t := progress.For(os.Stdout)
			defer t.Close()
			m, unlock, err := prepared(ctx, c, t)
			if err != nil {
				return err
			}
			defer unlock()
			cl, err := bootstrap.Provider(c, m, t).Acquire(ctx)
			if err != nil {
				return err
			}
			if err := m.Equip(ctx, c, cl, t); err != nil {
				return err
			}
			path := bootstrap.ClusterDir(c) + "/" + c.Cluster + ".kubeconfig"
			if err := os.WriteFile(path, cl.Kubeconfig, 0o600); err != nil {
				return err
			}
			fmt.Printf("cluster %s is up; look at it with: kubectl --kubeconfig %s get nodes\nremove it with: make down\n", cl.Name, path)
			return nil
		})
}

func downCommand() *cobra.Command {
	return withConfig(&cobra.Command{Use: "down", Short: "delete the cluster, also one that a crash left behind", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			t := progress.For(os.Stdout)
			defer t.Close()
			found, err := bootstrap.Down(ctx, c, t)
			if err == nil && found {
				fmt.Printf("cluster %s is gone\n", c.Cluster)
			} else if err == nil {
				fmt.Printf("there is no cluster %s\n", c.Cluster)
			}
			return err
		})
}

// prepared takes the cluster's lock, which unlock gives back, and readies the machine.
func prepared(ctx context.Context, c config.Config, t progress.Tracker) (m bootstrap.Machine, unlock func(), err error) {
	if unlock, err = cluster.Lock(bootstrap.ClusterDir(c), c.Cluster); err != nil {
		return m, nil, err
	}
	if m, err = bootstrap.Prepare(ctx, c, t); err != nil {
		unlock()
	}
	return m, unlock, err
}
