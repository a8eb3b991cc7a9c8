package harness

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/topology"
)

// Apply upgrades the release to its values with more on top, and returns as soon as Helm has, with what Helm said.
func (e *Env) Apply(ctx ginkgo.SpecContext, d *topology.Deployment, more chart.Values) error {
	return e.apply(ctx, d, e.chart, chart.Merge(d.Values, more))
}

// Upgrade applies further values on top of those the release has, and waits until all pods that it wants then are Ready.
func (e *Env) Upgrade(ctx ginkgo.SpecContext, d *topology.Deployment, more chart.Values) {
	ginkgo.GinkgoHelper()
	must(e.Apply(ctx, d, more), "helm upgrade")
	e.ready(ctx, d, "upgrade")
}

// UpgradeChart moves the release to the same chart under another version, with the values it has.
func (e *Env) UpgradeChart(ctx ginkgo.SpecContext, d *topology.Deployment, version string) {
	ginkgo.GinkgoHelper()
	next, err := e.chart.As(version)
	must(err, "chart")
	must(e.apply(ctx, d, next, d.Values), "helm upgrade")
	e.ready(ctx, d, "upgrade")
}

// atomicPatience is how long Helm waits for pods with --atomic, and as long again for those of the rollback.
const atomicPatience = 20 * time.Second

// ApplyAtomically is Apply with --atomic: Helm waits, and rolls back what does not become Ready.
func (e *Env) ApplyAtomically(ctx ginkgo.SpecContext, d *topology.Deployment, more chart.Values) error {
	ginkgo.GinkgoHelper()
	releases, err := e.releases(d)
	must(err, "helm")
	defer e.wait("helm", "helm upgrade --atomic of "+string(d.Namespace))()
	limited, cancel := within(ctx, 3*atomicPatience, "helm upgrade --atomic")
	defer cancel()
	_, err = releases.UpgradeAtomically(limited, e.chart, d.Release, chart.Merge(d.Values, more))
	return err
}

// Preview lists what Apply would change, before anything is applied.
func (e *Env) Preview(ctx ginkgo.SpecContext, d *topology.Deployment, more chart.Values) []chart.Change {
	ginkgo.GinkgoHelper()
	releases, err := e.releases(d)
	must(err, "helm")
	next, err := releases.Preview(ctx, e.chart, d.Release, chart.Merge(d.Values, more))
	must(err, "preview")
	changes, err := chart.Compare(d.Manifest, next, nil)
	must(err, "preview")
	for _, c := range changes {
		ginkgo.GinkgoWriter.Println("preview:", c)
	}
	return changes
}

// RenderedForOperator are the objects of the release with more values on top, on a cluster that has the kinds of Prometheus' operator
// too; nothing is applied.
func (e *Env) RenderedForOperator(ctx ginkgo.SpecContext, d *topology.Deployment, more chart.Values) []map[string]any {
	ginkgo.GinkgoHelper()
	const group = "monitoring.coreos.com/v1"
	target := chart.Target{Release: d.Release, Namespace: d.Namespace, APIs: []string{group, group + "/ServiceMonitor", group + "/PrometheusRule"}}
	manifest, err := chart.Render(ctx, e.chart, target, chart.Merge(d.Values, more))
	must(err, "render")
	objects, err := manifest.Objects()
	must(err, "render")
	return objects
}

func (e *Env) apply(ctx context.Context, d *topology.Deployment, c *chart.Chart, values chart.Values) error {
	dialect, err := chart.Bitnami(c, d.Release, values)
	if err != nil {
		return err
	}
	releases, err := e.releases(d)
	if err != nil {
		return err
	}
	next, err := releases.Preview(ctx, c, d.Release, values)
	if err != nil {
		return err
	}
	applied, err := releases.Upgrade(ctx, c, d.Release, values)
	if err != nil {
		return refused(d.Manifest, next, err)
	}
	same := reflect.DeepEqual(d.Values["auth"], values["auth"])
	d.Values, d.Dialect, d.Manifest = values, dialect, applied.Manifest
	if !same {
		return nil
	}
	return e.unlocked(ctx, d)
}

// refused names the fields for which the API server refuses an upgrade: its own words show the whole object.
func refused(before, next chart.Manifest, err error) error {
	changes, cerr := chart.Compare(before, next, nil)
	for _, c := range changes {
		if c.Kind == chart.Immutable {
			err = fmt.Errorf("%s: %w", c, err)
		}
	}
	return errors.Join(err, cerr)
}

// unlocked errs when the password is another one than before: the values do not ask for that.
func (e *Env) unlocked(ctx context.Context, d *topology.Deployment) error {
	before := d.Password
	if err := e.authenticate(ctx, d); err != nil {
		return err
	}
	if d.Password != before {
		return errors.New("the upgrade made a new password, though the values ask for none: clients with the old one are locked out")
	}
	return nil
}

// Rollback goes back to a revision, 0 meaning the one before, and returns as soon as Helm has.
func (e *Env) Rollback(ctx ginkgo.SpecContext, d *topology.Deployment, revision int) {
	ginkgo.GinkgoHelper()
	releases, err := e.releases(d)
	must(err, "helm")
	applied, err := releases.Rollback(ctx, d.Release, revision)
	must(err, "helm rollback")
	d.Manifest = applied.Manifest
}

// Ready waits until all pods that the release wants are Ready, in the revision it wants, and answer.
func (e *Env) Ready(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	e.ready(ctx, d, "pods")
}

func (e *Env) ready(ctx ginkgo.SpecContext, d *topology.Deployment, what string) {
	ginkgo.GinkgoHelper()
	defer e.wait("ready", what+" of "+string(d.Namespace))()
	limited, cancel := within(ctx, e.Timeouts.PodsReady, "pods Ready")
	defer cancel()
	must(d.AwaitReady(limited), what)
	must(e.answers(limited, d), what)
	if len(d.Dialect.Servers()) > 1 {
		e.Formed(ctx, d)
	}
}

// History is what `helm history` shows: revision, status and description, the oldest first.
func (e *Env) History(ctx ginkgo.SpecContext, d *topology.Deployment) []string {
	ginkgo.GinkgoHelper()
	releases, err := e.releases(d)
	must(err, "helm")
	all, err := releases.History(ctx, d.Release)
	must(err, "helm history")
	var lines []string
	for _, r := range all {
		lines = append(lines, fmt.Sprintf("%d %s: %s", r.Revision, r.Status, r.Description))
	}
	return lines
}

// Uninstall deletes the release and returns when its pods are gone.
func (e *Env) Uninstall(ctx ginkgo.SpecContext, d *topology.Deployment, keepHistory bool) {
	ginkgo.GinkgoHelper()
	releases, err := e.releases(d)
	must(err, "helm")
	must(releases.Uninstall(ctx, d.Release, keepHistory), "helm uninstall")
	e.gone(ctx, d, "helm uninstall")
}

// Reinstall installs the release again, with the values it had, where its claims are.
func (e *Env) Reinstall(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	releases, err := e.releases(d)
	must(err, "helm")
	applied, err := releases.Install(ctx, e.chart, d.Release, d.Values)
	must(err, "helm install")
	d.Manifest, d.Installed = applied.Manifest, time.Now()
	must(d.Close(), "old connections")
	must(e.authenticate(ctx, d), "password")
	e.ready(ctx, d, "reinstalled pods")
}

// Left lists what is in the release's namespace but for what Kubernetes and this harness put there: Kind/name, sorted.
func (e *Env) Left(ctx ginkgo.SpecContext, d *topology.Deployment) []string {
	ginkgo.GinkgoHelper()
	all, err := e.Cluster.Contents(ctx, d.Namespace)
	must(err, "what is left")
	return all
}

// Claims gives the uid of every claim of the release's namespace: data that moved to another claim is data that was lost.
func (e *Env) Claims(ctx ginkgo.SpecContext, d *topology.Deployment) map[string]string {
	ginkgo.GinkgoHelper()
	list, err := e.Cluster.Client.CoreV1().PersistentVolumeClaims(string(d.Namespace)).List(ctx, metav1.ListOptions{})
	must(err, "claims")
	all := map[string]string{}
	for _, c := range list.Items {
		all[c.Name] = string(c.UID)
	}
	if len(all) == 0 {
		must(errors.New("the release has none, so nothing would be compared"), "claims")
	}
	return all
}

// Pods gives the uid of every server pod by its name.
func (e *Env) Pods(ctx ginkgo.SpecContext, d *topology.Deployment) map[string]string {
	ginkgo.GinkgoHelper()
	members, err := d.Members(ctx)
	must(err, "pods")
	all := map[string]string{}
	for _, m := range members {
		all[string(m.Pod.Name)] = m.UID
	}
	return all
}

// Stuck names the pods that are not Ready and not of the revision that their StatefulSet wants, once nothing has replaced them for
// the patience: a StatefulSet that waits for a broken pod to become Ready never replaces it, see kubernetes/kubernetes#67250.
func (e *Env) Stuck(ctx ginkgo.SpecContext, d *topology.Deployment, patience time.Duration) []string {
	ginkgo.GinkgoHelper()
	defer e.wait("observe", "pods that are stuck")()
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		stuck, err := d.Outdated(ctx)
		must(err, "stuck pods")
		if len(stuck) == 0 {
			return nil
		}
		select {
		case <-limited.Done():
			slices.Sort(stuck)
			return stuck
		case <-tick.C:
		}
	}
}
