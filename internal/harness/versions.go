package harness

import (
	"context"
	"errors"
	"fmt"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/topology"
)

// Older are the values that deploy Redis of a line before the run's, whose RDB format is older. Where no such line is offered there
// is nothing to upgrade from, and the spec is skipped.
func (e *Env) Older() chart.Values {
	ginkgo.GinkgoHelper()
	older := e.Session.Machine.Images.Older.Ref
	if older == "" {
		ginkgo.Skip("no line before Redis " + e.Session.Config.Redis + " is offered, so there is none to upgrade from")
	}
	return e.software(older)
}

// Current are the values that deploy Redis of the run's own line.
func (e *Env) Current() chart.Values {
	ginkgo.GinkgoHelper()
	return e.software(e.Session.Machine.Images.Redis.Ref)
}

func (e *Env) software(redis string) chart.Values {
	ginkgo.GinkgoHelper()
	values, err := chart.Base(e.chart, chart.Software{Redis: redis})
	must(err, "image")
	return values
}

// Line is the Redis line of the run, such as 8.0: what the versions of its servers begin with.
func (e *Env) Line() string { return e.Session.Config.Redis }

// Versions is what each server says it is, by pod.
func (e *Env) Versions(ctx ginkgo.SpecContext, d *topology.Deployment) map[string]string {
	ginkgo.GinkgoHelper()
	view, err := d.View(ctx)
	must(err, "versions")
	all := map[string]string{}
	for _, s := range view.Seen {
		must(s.Err, "version of "+s.Member.Pod.String())
		all[string(s.Member.Pod.Name)] = s.Info.Server.Version
	}
	return all
}

// RewriteAOF has the primary write its append-only file anew, in the format of the Redis that runs now.
func (e *Env) RewriteAOF(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	must(d.Client().BgRewriteAOF(ctx).Err(), "BGREWRITEAOF")
	defer e.wait("redis", "append-only file rewritten")()
	limited, cancel := within(ctx, e.Timeouts.Recovered, "append-only file rewritten")
	defer cancel()
	must(e.poll(limited, func() error { return rewritten(limited, d) }), "BGREWRITEAOF")
}

// rewritten errs until a rewrite of this process has ended well; aof_last_rewrite_time_sec is -1 before the first.
func rewritten(ctx context.Context, d *topology.Deployment) error {
	info, err := d.Client().InfoMap(ctx, "persistence").Result()
	if err != nil {
		return err
	}
	p := info["Persistence"]
	if p["aof_rewrite_in_progress"] != "0" || p["aof_rewrite_scheduled"] != "0" || p["aof_last_rewrite_time_sec"] == "-1" {
		return errors.New("it is not done")
	}
	if p["aof_last_bgrewrite_status"] != "ok" {
		return fmt.Errorf("it ended with %s", p["aof_last_bgrewrite_status"])
	}
	return nil
}
