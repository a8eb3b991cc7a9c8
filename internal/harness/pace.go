package harness

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

const benchClients = 8 // as many as a Writer has workers

// PaceOutside writes through the relay for a period, as fast as the server answers.
func (e *Env) PaceOutside(ctx ginkgo.SpecContext, d *topology.Deployment, period time.Duration) workload.Pace {
	ginkgo.GinkgoHelper()
	t := e.Write(ctx, d)
	select {
	case <-ctx.Done():
		must(context.Cause(ctx), "writer")
	case <-time.After(period):
	}
	history, err := t.Finish(ctx)
	must(err, "writer")
	pace, err := workload.Measure(history.Ops())
	must(err, "pace")
	return e.paced("through the relay", pace)
}

// PaceInside runs Redis' own benchmark in a pod of the release's namespace: n RPUSH commands by as many clients.
func (e *Env) PaceInside(ctx ginkgo.SpecContext, d *topology.Deployment, n int) workload.Pace {
	ginkgo.GinkgoHelper()
	host := fmt.Sprintf("%s.%s.svc.cluster.local", d.Dialect.PrimaryService(), d.Namespace)
	text, err := e.finished(ctx, d, []string{"redis-benchmark", "-h", host, "-t", "rpush", "-c", strconv.Itoa(benchClients), "-n", strconv.Itoa(n), "--csv"})
	must(err, "redis-benchmark")
	pace, err := parseBenchmark(text)
	must(err, "redis-benchmark")
	return e.paced("inside the cluster", pace)
}

func (e *Env) paced(where string, p workload.Pace) workload.Pace {
	e.Measure("writes a second "+where, p.PerSecond, "1/s")
	e.Measure("p99 "+where, float64(p.P99.Microseconds())/1000, "ms")
	return p
}

// finished runs a command in a pod of the Redis image, on the relay's node, and gives what it printed.
func (e *Env) finished(ctx context.Context, d *topology.Deployment, command []string) (string, error) {
	pods := e.Cluster.Client.CoreV1().Pods(string(d.Namespace))
	relay, err := pods.Get(ctx, "e2e-relay", metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "bench"}, Spec: corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyNever, NodeName: relay.Spec.NodeName, TerminationGracePeriodSeconds: new(int64(0)),
		Containers: []corev1.Container{{Name: "bench", Image: e.Session.Machine.Images.Redis.Ref, Command: command}},
	}}
	if _, err := pods.Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		return "", err
	}
	limited, cancel := within(ctx, e.Timeouts.PodsReady, "redis-benchmark")
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := pods.Get(limited, pod.Name, metav1.GetOptions{})
		if err == nil && now.Status.Phase == corev1.PodSucceeded {
			text, err := pods.GetLogs(pod.Name, &corev1.PodLogOptions{}).DoRaw(limited)
			return string(text), err
		}
		if err == nil && now.Status.Phase == corev1.PodFailed {
			return "", fmt.Errorf("%v failed: %s", command, strings.Join(e.Cluster.LastLog(limited, d.Pod("bench"), "bench"), "\n"))
		}
		select {
		case <-limited.Done():
			return "", context.Cause(limited)
		case <-tick.C:
		}
	}
}

// parseBenchmark reads `redis-benchmark --csv`: a heading, and one line per test.
func parseBenchmark(text string) (workload.Pace, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[1]) != len(rows[0]) {
		return workload.Pace{}, fmt.Errorf("want a heading and one row, got %q, %w", text, err)
	}
	number := map[string]float64{}
	for i, name := range rows[0] {
		if v, err := strconv.ParseFloat(rows[1][i], 64); err == nil { // the test's name is no number
			number[name] = v
		}
	}
	ms := func(name string) time.Duration { return time.Duration(number[name] * float64(time.Millisecond)) }
	p := workload.Pace{PerSecond: number["rps"], P50: ms("p50_latency_ms"), P99: ms("p99_latency_ms"), Max: ms("max_latency_ms")}
	if p.PerSecond == 0 || p.P99 == 0 {
		return p, fmt.Errorf("no rate or p99 in %q", text)
	}
	return p, nil
}
