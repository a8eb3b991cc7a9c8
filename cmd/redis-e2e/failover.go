package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"redis-e2e/internal/config"
	"redis-e2e/internal/failover"
	"redis-e2e/internal/progress"
	"redis-e2e/internal/report"
)

func failoverCommand() *cobra.Command {
	var times int
	cmd := withConfig(&cobra.Command{Use: "failover", Short: "what a failover costs the chart's clients: gap and loss per kind of fault", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			if times < 1 {
				return fmt.Errorf("--times=%d: at least one failover of each kind must be measured", times)
			}
			c.Suites, c.Labels, c.Times = []string{"sentinel"}, "failover", times
			return measure(ctx, c)
		})
	cmd.Flags().IntVar(&times, "times", 5, "failovers of each kind")
	return cmd
}

// measure runs the specs that sample failovers, one after the other, and prints how their cost is distributed.
func measure(ctx context.Context, c config.Config) error {
	r := &run{config: c, started: time.Now(), progress: progress.For(os.Stdout)}
	err := r.do(ctx) // a red spec does not unmake what others measured
	var all []report.Failover
	for _, s := range r.result.Suites {
		for _, spec := range s.Specs {
			all = append(all, spec.Failovers...)
		}
	}
	if len(all) == 0 {
		return err
	}
	distributions := failover.Distributions(all)
	fmt.Printf("\n%s\n%s\n", conditions(r.result), failover.Table(distributions))
	text, jerr := json.MarshalIndent(distributions, "", "  ")
	if jerr == nil {
		jerr = os.WriteFile(filepath.Join(r.session.Dir, "failover.json"), append(text, '\n'), 0o644)
	}
	if jerr != nil {
		return jerr
	}
	fmt.Println("as JSON:", filepath.Join(r.session.Dir, "failover.json"))
	return err
}

// conditions say what the figures were measured on.
func conditions(r report.Report) string {
	redis := ""
	if len(r.Images) > 1 {
		redis = r.Images[1].Name
	}
	return fmt.Sprintf("chart %s %s, %s, Kubernetes %s on %d nodes, %s/%s with %d CPUs and %.0f GiB, %s", r.Chart.Name, r.Chart.Version, redis,
		r.Cluster.Kubernetes, r.Cluster.Nodes, r.Machine.OS, r.Machine.Arch, r.Machine.CPUs, float64(r.Machine.Memory)/(1<<30),
		r.Run.Started.UTC().Format("2006-01-02"))
}
