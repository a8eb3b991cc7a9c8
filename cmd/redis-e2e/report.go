package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"redis-e2e/internal/report"
)

func reportCommand() *cobra.Command {
	var compare bool
	cmd := &cobra.Command{Use: "report RUN | report --compare BEFORE AFTER", Short: "show a saved run again, or what differs between two; a run is its folder or its report.json",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			if compare != (len(args) == 2) {
				return errors.New("name one run to show it, or two with --compare")
			}
			var runs []report.Report
			for _, path := range args {
				r, err := readReport(path)
				if err != nil {
					return err
				}
				runs = append(runs, r)
			}
			if !compare {
				return report.Terminal(os.Stdout, runs[0])
			}
			c := report.Compare(runs[0], runs[1])
			fmt.Print(c)
			if c.Worse() {
				return errRed
			}
			return nil
		}}
	cmd.Flags().BoolVar(&compare, "compare", false, "say what turned red, took longer or lost more; exit code 1 when something did")
	return cmd
}

func readReport(path string) (report.Report, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "report.json")
	}
	f, err := os.Open(path)
	if err != nil {
		return report.Report{}, err
	}
	defer f.Close()
	r, err := report.ReadJSON(f)
	if err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}
