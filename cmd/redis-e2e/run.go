package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/chart"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/progress"
	"redis-e2e/internal/report"
	"redis-e2e/internal/runner"
	"redis-e2e/internal/session"
)

// suiteLimit bounds one suite, so that a run in CI ends with a report and not with the job.
const suiteLimit = 40 * time.Minute

func runCommand() *cobra.Command {
	return withConfig(&cobra.Command{Use: "run", Short: "run the suites and say what they found", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			r := &run{config: c, started: time.Now(), progress: progress.For(os.Stdout)}
			fmt.Printf("redis-e2e with\n%s\n", c)
			return r.do(ctx)
		})
}

// run is one run from its options to its report.
type run struct {
	config   config.Config
	started  time.Time
	progress progress.Tracker
	session  session.Session
	chart    *chart.Chart
	outcomes []session.Outcome
	waits    []report.Wait
	ginkgo   string        // path of its command
	result   report.Report // once concluded

	each func(context.Context, runner.Options, []string) error // what is done once all is ready; nil: rounds
}

func (r *run) do(ctx context.Context) error {
	id := session.NewID(r.started)
	r.session = session.Session{ID: id, Dir: filepath.Join(r.config.Out, id), Config: r.config}
	err := r.suites(ctx)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	r.progress.Close()
	reason := ""
	if err != nil {
		reason = err.Error()
	}
	return r.conclude(reason)
}

// conclude writes the report, also of a run that did not get to its specs, and turns it into an exit.
func (r *run) conclude(reason string) error {
	result := r.assembled()
	result.Conclude(reason)
	r.result = result
	if err := errors.Join(runner.Save(result, r.session.Dir), runner.Summarize(result, r.config.Summary)); err != nil {
		return errors.Join(err, errors.New(reason))
	}
	fmt.Println()
	if err := report.Terminal(os.Stdout, result); err != nil {
		return err
	}
	switch result.Run.Exit {
	case 0:
		return nil
	case exitRed:
		return errRed
	}
	return errors.New(result.Run.Reason)
}

// assembled is the report of what has ended so far, without its verdict.
func (r *run) assembled() report.Report {
	result := runner.Assemble(r.session, r.started, r.outcomes)
	result.Waits = append(result.Waits, r.waits...)
	if r.chart != nil {
		result.Chart = report.Chart{Name: r.chart.Name, Version: r.chart.Version, Ref: r.chart.Ref, Digest: r.chart.Digest}
	}
	return result
}

func (r *run) suites(ctx context.Context) error {
	names, err := runner.Suites(r.config)
	if err != nil {
		return err
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	unlock, err := cluster.Lock(bootstrap.ClusterDir(r.config), r.config.Cluster)
	if err != nil {
		return err
	}
	defer unlock()
	bin, err := os.MkdirTemp("", "redis-e2e-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(bin) }()
	cl, release, err := r.prepare(ctx, bin, names)
	if err != nil {
		return err
	}
	defer release()
	if err := r.preflight(ctx); err != nil {
		return err
	}
	r.session.Cluster = cl.Handle
	file := filepath.Join(bin, "session.json") // holds credentials: gone with the folder
	if err := r.session.Write(file); err != nil {
		return err
	}
	o := runner.Options{Session: r.session, File: file, Bin: bin, Ginkgo: r.ginkgo, Limit: suiteLimit, Progress: r.progress}
	each := r.each
	if each == nil {
		each = r.rounds
	}
	if err := each(ctx, o, names); err != nil {
		return errors.Join(err, r.alive(ctx, cl))
	}
	return r.alive(ctx, cl)
}

// rounds runs all suites as often as was asked for, until a round is red.
func (r *run) rounds(ctx context.Context, o runner.Options, names []string) error {
	for round := 1; round <= r.config.Repeat && !r.red(); round++ {
		for _, name := range names {
			outcome, err := runner.Run(ctx, o, name)
			if r.config.Repeat > 1 {
				outcome.Suite.Name = fmt.Sprintf("%s, round %d of %d", name, round, r.config.Repeat)
			}
			r.outcomes = append(r.outcomes, outcome)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) red() bool {
	for _, o := range r.outcomes {
		for _, s := range o.Suite.Specs {
			if s.State == report.Failed || s.State == report.SpecInvalid {
				return true
			}
		}
	}
	return false
}

// open loads the chart and renders it once with its own defaults: what cannot render needs no cluster.
func (r *run) open(ctx context.Context) error {
	source, err := chart.ParseSource(r.config.Chart, r.config.ChartVersion)
	if err != nil {
		return err
	}
	if r.chart, err = chart.Open(ctx, source, chart.OpenOptions{}); err != nil {
		return err
	}
	_, err = r.render(ctx, chart.Values{})
	return err
}

func (r *run) render(ctx context.Context, base chart.Values) (chart.Manifest, error) {
	files, err := chart.LoadValuesFiles(r.config.Values)
	if err != nil {
		return "", err
	}
	manifest, err := chart.Render(ctx, r.chart, chart.Target{Release: "redis", Namespace: "preflight"}, chart.Merge(base, files))
	if err != nil && len(r.config.Values) > 0 {
		return "", fmt.Errorf("with values of %s: %w", strings.Join(r.config.Values, ", "), err)
	}
	return manifest, err
}

// preflight says which images of the chart can be had neither from the nodes nor from a registry.
func (r *run) preflight(ctx context.Context) error {
	if r.session.Machine.Engine == nil {
		return nil
	}
	base, err := chart.Base(r.chart, chart.Software{Redis: r.session.Machine.Images.Redis.Ref, Exporter: r.session.Machine.Images.Exporter.Ref})
	if err != nil {
		return err
	}
	manifest, err := r.render(ctx, base)
	if err != nil {
		return err
	}
	refs, err := chart.Images(manifest)
	if err != nil {
		return err
	}
	return r.session.Machine.Absent(ctx, bootstrap.Kind(r.config, r.session.Machine, r.progress), r.config.Registry, refs)
}

// prepare compiles the suites while the cluster comes up.
func (r *run) prepare(ctx context.Context, bin string, names []string) (*cluster.Cluster, func(), error) {
	m, err := bootstrap.Prepare(ctx, r.config, r.progress)
	if err != nil {
		return nil, nil, err
	}
	r.session.Machine = m
	if m.Engine != nil {
		r.session.Engine = m.Engine.Name
	}
	provider := bootstrap.Provider(r.config, m, r.progress)
	var cl *cluster.Cluster
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		begin := time.Now()
		if cl, err = provider.Acquire(gctx); err != nil {
			return err
		}
		r.waits = append(r.waits, report.Wait{Kind: "cluster", Name: cl.Name, Begin: begin, End: time.Now()})
		begin = time.Now()
		err = m.Equip(gctx, r.config, cl, r.progress)
		r.waits = append(r.waits, report.Wait{Kind: "images", Name: "loaded into nodes", Begin: begin, End: time.Now()})
		return err
	})
	g.Go(func() error {
		step := r.progress.Start("compiling the suites")
		var err error
		r.ginkgo, err = runner.Compile(gctx, r.config, bin, names)
		step.Done(err)
		return err
	})
	release := func() { r.release(context.WithoutCancel(ctx), provider, cl) }
	if err := g.Wait(); err != nil {
		release()
		return nil, nil, err
	}
	return cl, release, nil
}

// release ends what this run began; what cannot be removed is said, with the command that removes it.
func (r *run) release(ctx context.Context, p cluster.Provider, c *cluster.Cluster) {
	if c == nil || r.config.Keep == "always" || r.config.Keep == "failed" && r.red() {
		return
	}
	begin := time.Now()
	limited, cancel := context.WithTimeoutCause(ctx, r.config.Timeouts.NamespaceGone, errors.New("namespaces are still there"))
	defer cancel()
	if !c.Owned { // an owned cluster goes with all that is in it
		if err := c.AwaitSwept(limited); err != nil {
			r.progress.Say("not everything was deleted: %v", err)
		}
	}
	if err := p.Release(ctx, c); err != nil {
		r.progress.Say("the cluster could not be deleted: %v; run `make down`", err)
	}
	r.waits = append(r.waits, report.Wait{Kind: "cluster", Name: "deleted", Begin: begin, End: time.Now()})
}

// alive tells a cluster that died under the specs from specs that are red.
func (r *run) alive(ctx context.Context, c *cluster.Cluster) error {
	limited, cancel := context.WithTimeoutCause(ctx, 20*time.Second, errors.New("it did not answer within 20s"))
	defer cancel()
	if err := c.AwaitReady(limited, 1); err != nil {
		r.doubt()
		logs := filepath.Join(r.session.Dir, "nodes")
		_ = bootstrap.Provider(r.config, r.session.Machine, r.progress).ExportLogs(context.WithoutCancel(ctx), c, logs) // as much as can be had
		return fmt.Errorf("the cluster died during the run, so what failed proves nothing; what the nodes logged is in %s: %w", logs, err)
	}
	return nil
}

// doubt turns failed specs into invalid ones: they say nothing about the chart when the cluster died under them.
func (r *run) doubt() {
	for _, o := range r.outcomes {
		for i := range o.Suite.Specs {
			if o.Suite.Specs[i].State == report.Failed {
				o.Suite.Specs[i].State = report.SpecInvalid
			}
		}
	}
}
