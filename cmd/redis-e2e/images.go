package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/config"
	"redis-e2e/internal/images"
	"redis-e2e/internal/progress"
)

func imagesCommand() *cobra.Command {
	return withConfig(&cobra.Command{Use: "images", Short: "pull or build every image a run needs", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			t := progress.For(os.Stdout)
			defer t.Close()
			m, err := bootstrap.Prepare(ctx, c, t)
			if err != nil {
				return err
			}
			for _, i := range append([]images.Image{m.Images.Node}, m.Images.Loaded()...) {
				fmt.Printf("%-7s %s  %s\n", i.Origin, i.Ref, i.Digest)
			}
			return nil
		})
}
