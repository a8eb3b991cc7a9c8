package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/config"
)

// side is one of the two manifests that diff compares.
type side struct {
	chart, version string
	values         []string
}

func diffCommand() *cobra.Command {
	var from side
	cmd := withConfig(&cobra.Command{Use: "diff", Short: "what an upgrade would change, before it is applied: immutable fields, orphaned claims, restarts", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			to := side{c.Chart, c.ChartVersion, c.Values}
			if from.chart == "" {
				from.chart, from.version = to.chart, to.version
			}
			return diff(ctx, from, to)
		})
	cmd.Flags().StringVar(&from.chart, "from-chart", "", "chart that is installed (default the one of --chart)")
	cmd.Flags().StringVar(&from.version, "from-chart-version", "", "its version, for repositories and oci://")
	cmd.Flags().StringSliceVar(&from.values, "from-values", nil, "values files it is installed with")
	return cmd
}

func diff(ctx context.Context, from, to side) error {
	before, err := from.render(ctx)
	if err != nil {
		return err
	}
	again, err := from.render(ctx)
	if err != nil {
		return err
	}
	noise, err := chart.Unstable(before, again)
	if err != nil {
		return err
	}
	after, err := to.render(ctx)
	if err != nil {
		return err
	}
	changes, err := chart.Compare(before, after, noise)
	if err != nil {
		return err
	}
	risk := false
	for _, c := range changes {
		fmt.Println(c)
		risk = risk || c.Kind == chart.Immutable || c.Kind == chart.Orphans
	}
	if len(changes) == 0 {
		fmt.Println("nothing changes")
	}
	if risk {
		fmt.Println("the API server would refuse this upgrade, or data would be left behind")
		return errRed
	}
	return nil
}

func (s side) render(ctx context.Context) (chart.Manifest, error) {
	source, err := chart.ParseSource(s.chart, s.version)
	if err != nil {
		return "", err
	}
	c, err := chart.Open(ctx, source, chart.OpenOptions{})
	if err != nil {
		return "", err
	}
	values, err := chart.LoadValuesFiles(s.values)
	if err != nil {
		return "", err
	}
	return chart.Render(ctx, c, chart.Target{Release: "redis", Namespace: "default"}, values)
}
