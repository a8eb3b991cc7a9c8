package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

// JudgeReplicas stops the writer, waits until every replica has applied all that the primary has, and reads every value back
// from each of them: a verdict per pod, on the whole history.
func (t *Traffic) JudgeReplicas(ctx ginkgo.SpecContext) map[string]workload.Verdict {
	ginkgo.GinkgoHelper()
	history, err := t.Finish(ctx)
	must(err, "writer")
	t.env.CaughtUp(ctx, t.d)
	replicas, err := t.d.Replicas(ctx)
	must(err, "replicas")
	verdicts := map[string]workload.Verdict{}
	for _, m := range replicas {
		seen, err := workload.Readback(ctx, t.d.Direct(m), t.Keys())
		must(err, "read back from "+m.Pod.String())
		verdicts[string(m.Pod.Name)] = workload.Check(history.Ops(), seen, workload.Window{})
	}
	return verdicts
}

// CompareReplicas reads a dataset back from every replica, once it has caught up: a difference per pod.
func (e *Env) CompareReplicas(ctx ginkgo.SpecContext, d *topology.Deployment, data workload.Dataset) map[string]workload.Diff {
	ginkgo.GinkgoHelper()
	e.CaughtUp(ctx, d)
	replicas, err := d.Replicas(ctx)
	must(err, "replicas")
	all := map[string]workload.Diff{}
	for _, m := range replicas {
		diff, err := data.Compare(ctx, d.Direct(m))
		must(err, "read back from "+m.Pod.String())
		all[string(m.Pod.Name)] = diff
	}
	return all
}

// CaughtUp waits until every replica has applied what the primary's stream holds now.
func (e *Env) CaughtUp(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	defer e.wait("redis", "replicas caught up")()
	limited, cancel := within(ctx, e.Timeouts.Formed, "replicas caught up")
	defer cancel()
	primary, err := d.Primary(limited)
	must(err, "catch up")
	info, err := redisx.ReadInfo(limited, d.Direct(primary))
	must(err, "catch up")
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := e.behind(limited, d, info.Replication)
		if err == nil {
			return
		}
		select {
		case <-limited.Done():
			must(errors.Join(context.Cause(limited), err), "catch up")
		case <-tick.C:
		}
	}
}

func (e *Env) behind(ctx context.Context, d *topology.Deployment, goal redisx.Replication) error {
	v, err := d.View(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(v.OnePrimary(), v.InSync()); err != nil {
		return err
	}
	for _, s := range v.Seen {
		if s.Info.Role != "master" && s.Info.Replication.ReplicaOffset < goal.Offset {
			return fmt.Errorf("%s has applied %d bytes of %d", s.Member.Pod.Name, s.Info.Replication.ReplicaOffset, goal.Offset)
		}
	}
	return nil
}

func (e *Env) releases(d *topology.Deployment) (*chart.Releases, error) {
	return chart.NewReleases(e.Session.Cluster.Kubeconfig, d.Namespace, func(line string) { ginkgo.GinkgoWriter.Println("helm: " + line) })
}
