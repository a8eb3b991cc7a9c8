package chart

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
)

// logLimit is how long a failed test pod's log may take to arrive.
const logLimit = 10 * time.Second

// Test runs the chart's test hooks; a failure carries the pods' logs. A chart without any is an error, where helm test is green.
func (r *Releases) Test(ctx context.Context, name ReleaseName) error {
	_, err := r.do(ctx, verb{"test", name}, func(cfg *action.Configuration, limit time.Duration) (*release.Release, error) {
		rel, err := cfg.Releases.Last(string(name))
		if err != nil {
			return nil, err
		}
		pods := testPods(rel)
		if len(pods) == 0 {
			return nil, fmt.Errorf("chart %s has no test hook, so nothing was tested", rel.Chart.Name())
		}
		test := action.NewReleaseTesting(cfg)
		test.Namespace, test.Timeout = string(r.namespace), limit
		rel, err = test.Run(string(name))
		if err != nil {
			err = errors.Join(err, r.logs(context.WithoutCancel(ctx), pods))
		}
		return rel, err
	})
	return err
}

// testPods names the hooks that run something; one of another kind counts as passed as soon as it exists.
func testPods(rel *release.Release) []string {
	var pods []string
	for _, hook := range rel.Hooks {
		if slices.Contains(hook.Events, release.HookTest) && (hook.Kind == "Pod" || hook.Kind == "Job") {
			pods = append(pods, hook.Name)
		}
	}
	return pods
}

// logs gives what the pods said as an error, to be joined to the failure.
func (r *Releases) logs(ctx context.Context, pods []string) error {
	ctx, cancel := context.WithTimeout(ctx, logLimit)
	defer cancel()
	g, err := newGetter(ctx, r.access)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(g.rest)
	if err != nil {
		return err
	}
	var said []error
	for _, pod := range pods {
		log, err := client.CoreV1().Pods(string(r.namespace)).GetLogs(pod, &corev1.PodLogOptions{}).DoRaw(ctx)
		if err != nil {
			log = []byte("no log: " + err.Error())
		}
		said = append(said, fmt.Errorf("pod %s said: %s", pod, firstOf(strings.TrimSpace(string(log)), "nothing")))
	}
	return errors.Join(said...)
}
