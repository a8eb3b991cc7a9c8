package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/config"
	"redis-e2e/internal/engine"
	"redis-e2e/internal/images"
	"redis-e2e/internal/progress"
)

func cleanCommand() *cobra.Command {
	return withConfig(&cobra.Command{Use: "clean", Short: "delete the cluster, the cache and every image made for it", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			t := progress.For(os.Stdout)
			defer t.Close()
			if _, err := bootstrap.Down(ctx, c, t); err != nil {
				return err
			}
			for _, e := range engine.Installed(ctx, c.Cache, c.Timeouts.EngineAnswers) {
				if err := images.Forget(ctx, e); err != nil {
					return err
				}
			}
			if err := os.RemoveAll(c.Cache); err != nil {
				return err
			}
			fmt.Printf("%s is gone\n", c.Cache)
			return nil
		})
}
