package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/progress"
	"redis-e2e/internal/report"
)

func benchCommand() *cobra.Command {
	var times int
	cmd := withConfig(&cobra.Command{Use: "bench", Short: "our own overhead, as ratios measured in one run", Args: cobra.NoArgs},
		func(ctx context.Context, c config.Config, _ []string) error {
			return bench(ctx, c, times)
		})
	cmd.Flags().IntVar(&times, "times", 2, "how often each kind of cluster creation is measured, in turns")
	return cmd
}

func bench(ctx context.Context, c config.Config, times int) error {
	ours, plain, err := creation(ctx, c, times)
	if err != nil {
		return err
	}
	c.Suites, c.Keep = []string{"standalone"}, "never"
	suite := &run{config: c, started: time.Now(), progress: progress.For(os.Stdout)}
	if err := suite.do(ctx); err != nil {
		return err
	}
	c.Labels = "bench"
	pace := &run{config: c, started: time.Now(), progress: progress.For(os.Stdout)}
	if err := pace.do(ctx); err != nil {
		return err
	}
	total, needed := time.Duration(suite.result.Run.Duration), report.Busy(suite.result.Waits)
	c.Suites, c.Labels = []string{"replication", "sentinel"}, "!bench"
	both := &run{config: c, started: time.Now(), progress: progress.For(os.Stdout)}
	if err := both.do(ctx); err != nil {
		return err
	}
	judged, err := judging(ctx, c)
	if err != nil {
		return err
	}
	m := measurements(pace.result)
	fmt.Printf("\nratios of one run, %d CPUs\n", suite.result.Machine.CPUs)
	row := func(name string, ours, reference float64, format string) {
		fmt.Printf("  %-44s "+format+" / "+format+" = %.3f\n", name, ours, reference, ours/reference)
	}
	row(fmt.Sprintf("cluster creation, ours / plain kind (n=%d, s)", times), median(ours), median(plain), "%.1f")
	row("make e2e, standalone / what was waited for (s)", total.Seconds(), needed.Seconds(), "%.1f")
	row("writes a second, relay / inside", m["writes a second through the relay"], m["writes a second inside the cluster"], "%.0f")
	row("p99 of a write, relay / inside (ms)", m["p99 through the relay"], m["p99 inside the cluster"], "%.2f")
	ready := sampled(both.result, sampleOf{"sentinel", "install to ready"})
	fmt.Printf("\nfigures of the same run\n")
	fmt.Printf("  %-44s %.1f, at most %.1f (n=%d)\n", "servers with Sentinel, deployed and formed (s)", median(ready), slices.Max(ready), len(ready))
	fmt.Printf("  %-44s %.1f\n", "replication and sentinel, cluster included (min)", time.Duration(both.result.Run.Duration).Minutes())
	fmt.Printf("  %s\n", judged)
	return nil
}

// judging times redis-e2e's verdict on a history of ten million operations, with the memory it takes; Go's own benchmark line.
func judging(ctx context.Context, c config.Config) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-bench=TenMillion", "-benchtime=1x", "./internal/workload")
	cmd.Dir = c.Root
	out, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Benchmark") {
			return strings.TrimSpace(line), nil
		}
	}
	return "", fmt.Errorf("go test -bench=TenMillion: %w: %s", err, out)
}

type sampleOf struct{ suite, name string }

// sampled are all values of one measurement in one suite.
func sampled(r report.Report, of sampleOf) []float64 {
	var all []float64
	for _, s := range r.Suites {
		for _, spec := range s.Specs {
			for _, m := range spec.Measurements {
				if s.Name == of.suite && m.Name == of.name {
					all = append(all, m.Value)
				}
			}
		}
	}
	return all
}

func measurements(r report.Report) map[string]float64 {
	out := map[string]float64{}
	for _, s := range r.Suites {
		for _, spec := range s.Specs {
			for _, m := range spec.Measurements {
				out[m.Name] = m.Value
			}
		}
	}
	return out
}

// creation times our Acquire and kind's own command in turns, with the same image and configuration, until every node and
// system pod that a spec needs is Ready. The figures are seconds.
func creation(ctx context.Context, c config.Config, times int) (ours, plain []float64, err error) {
	t := progress.For(os.Stdout)
	defer t.Close()
	m, unlock, err := prepared(ctx, c, t)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	dir, err := os.MkdirTemp("", "redis-e2e-bench-")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	command := filepath.Join(dir, "kind")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", command, "sigs.k8s.io/kind").CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("build kind: %w: %s", err, out)
	}
	k := bootstrap.Kind(c, m, t)
	if err := k.Delete(ctx); err != nil {
		return nil, nil, err
	}
	for range times {
		for _, way := range []struct {
			to     *[]float64
			create func() error
		}{
			{&plain, func() error { return plainKind(ctx, k, command) }},
			{&ours, func() error { _, err := k.Acquire(ctx); return err }},
		} {
			begin := time.Now()
			if err := way.create(); err != nil {
				return nil, nil, err
			}
			*way.to = append(*way.to, time.Since(begin).Seconds())
			if err := k.Delete(ctx); err != nil {
				return nil, nil, err
			}
		}
	}
	return ours, plain, nil
}

func plainKind(ctx context.Context, k *cluster.Kind, command string) error {
	file, err := k.ConfigFile(filepath.Dir(command))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, command, "create", "cluster", "--name="+k.Name, "--image="+k.Image, "--config="+file,
		"--kubeconfig="+filepath.Join(filepath.Dir(command), "kubeconfig"), "--wait=5m")
	cmd.Env = append(os.Environ(), "KIND_EXPERIMENTAL_PROVIDER="+k.Engine.Name)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kind create cluster: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return k.AwaitUsable(ctx)
}

func median(all []float64) float64 {
	sort.Float64s(all)
	n := len(all)
	if n%2 == 1 {
		return all[n/2]
	}
	return (all[n/2-1] + all[n/2]) / 2
}
