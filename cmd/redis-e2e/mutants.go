package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"redis-e2e/internal/config"
	"redis-e2e/internal/mutant"
	"redis-e2e/internal/progress"
	"redis-e2e/internal/runner"
	"redis-e2e/internal/session"
)

func mutantsCommand() *cobra.Command {
	var record string
	cmd := withConfig(&cobra.Command{Use: "mutants", Args: cobra.NoArgs,
		Short: "put bugs that real charts shipped into the reference chart, and see each caught; --focus chooses by name"},
		func(ctx context.Context, c config.Config, _ []string) error {
			return hunted(ctx, c, record)
		})
	cmd.Flags().StringVar(&record, "record", "", "file to write the track record to, as Markdown")
	return cmd
}

// hunt is one run over mutants.
type hunt struct {
	run     *run
	chart   string // folder that the mutants are made from
	mutants []mutant.Mutant
	found   []mutant.Verdict // of each, in their order
}

// hunted plants every mutant that is asked for and fails unless all of them are caught.
func hunted(ctx context.Context, c config.Config, record string) error {
	h := &hunt{chart: c.Chart}
	if info, err := os.Stat(c.Chart); err != nil || !info.IsDir() {
		return fmt.Errorf("--chart=%s: mutants are edits of a folder: %w", c.Chart, errors.Join(err, fs.ErrInvalid))
	}
	all, err := mutant.Load(filepath.Join(c.Root, "fixtures", "mutants"))
	if err != nil {
		return err
	}
	chosen, err := regexp.Compile(c.Focus)
	if err != nil {
		return err
	}
	for _, m := range all {
		if !chosen.MatchString(m.Name) {
			continue
		}
		h.mutants = append(h.mutants, m)
		if !slices.Contains(c.Suites, m.Suite) {
			c.Suites = append(c.Suites, m.Suite)
		}
	}
	if len(h.mutants) == 0 {
		return fmt.Errorf("--focus=%s: no mutant is named like that; they are in fixtures/mutants", c.Focus)
	}
	h.run = &run{config: c, started: time.Now(), progress: progress.For(os.Stdout), each: h.all}
	id := session.NewID(h.run.started)
	h.run.session = session.Session{ID: id, Dir: filepath.Join(c.Out, id), Config: c}
	err = h.run.suites(ctx)
	h.run.progress.Close()
	if err != nil {
		return err
	}
	return h.conclude(record)
}

// all runs what may run beside others first, as many at a time as specs of a suite would, then one after the other what measures time.
func (h *hunt) all(ctx context.Context, o runner.Options, _ []string) error {
	h.found = make([]mutant.Verdict, len(h.mutants))
	one := func(ctx context.Context, i int) (err error) {
		h.found[i], err = h.try(ctx, o, h.mutants[i])
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(h.run.config.Procs)
	for i, m := range h.mutants {
		if !m.Alone {
			g.Go(func() error { return one(gctx, i) })
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, m := range h.mutants {
		if m.Alone {
			if err := one(ctx, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// try has one mutant's spec look at it, in a session of its own.
func (h *hunt) try(ctx context.Context, o runner.Options, m mutant.Mutant) (mutant.Verdict, error) {
	planted := filepath.Join(o.Bin, m.Name)
	if err := m.Plant(h.chart, planted); err != nil {
		return mutant.Verdict{}, err
	}
	s := &o.Session
	s.Dir = filepath.Join(s.Dir, m.Name)
	s.Config.Chart, s.Config.Focus, s.Config.Labels, s.Config.Procs = planted, m.Focus(), "!bench", 1
	o.File = planted + ".json"
	if err := s.Write(o.File); err != nil {
		return mutant.Verdict{}, err
	}
	outcome, err := runner.Run(ctx, o, m.Suite)
	if err != nil {
		return mutant.Verdict{}, fmt.Errorf("mutant %s: %w", m.Name, err)
	}
	v := m.Judge(outcome.Suite)
	if v.Wrong != "" {
		h.run.progress.Say("mutant %s is not caught: %s", m.Name, v.Wrong)
	}
	return v, nil
}

func (h *hunt) conclude(record string) error {
	missed := 0
	for _, v := range h.found {
		state, why := "caught", v.Evidence()
		if v.Wrong != "" {
			missed++
			state, why = "MISSED", v.Wrong
		}
		fmt.Printf("  %s  %-40s %6.1f s  %s\n", state, v.Mutant.Name, time.Duration(v.Duration).Seconds(), why)
	}
	fmt.Printf("\n%d of %d mutants caught for the stated reason in %s; what the specs saw is in %s\n", len(h.found)-missed, len(h.found),
		time.Since(h.run.started).Round(time.Second), h.run.session.Dir)
	if record != "" {
		if err := h.write(record); err != nil {
			return err
		}
	}
	if missed > 0 {
		return errRed
	}
	return nil
}

func (h *hunt) write(path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return mutant.Record(f, h.found, conditions(h.run.assembled()))
}
