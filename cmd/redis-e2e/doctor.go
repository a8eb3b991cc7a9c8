package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/config"
)

func doctorCommand() *cobra.Command {
	return withConfig(&cobra.Command{Use: "doctor", Short: "what this machine has, what is missing, what a run would do", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			wrong := 0
			for _, f := range bootstrap.Doctor(ctx, c) {
				mark := "✓"
				if f.Fix != "" {
					mark = "✗"
					wrong++
				}
				fmt.Printf("%s %-9s %s\n", mark, f.Name, f.Text)
				if f.Fix != "" {
					fmt.Printf("  %-9s → %s\n", "", f.Fix)
				}
			}
			if wrong > 0 {
				return errors.New("a run would not work here: see the lines marked ✗")
			}
			return nil
		})
}
