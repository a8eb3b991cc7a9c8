package harness

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/fixtures"
	"redis-e2e/internal/chart"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/report"
	"redis-e2e/internal/topology"
)

const releaseName chart.ReleaseName = "redis"

// Deploy installs the chart under test in a namespace of its own and returns when the release is Ready and reachable.
// The namespace is deleted after the spec; what happened in it is kept when the spec fails.
func (e *Env) Deploy(ctx ginkgo.SpecContext, spec topology.Spec) *topology.Deployment {
	ginkgo.GinkgoHelper()
	d := e.Install(ctx, spec)
	limited, cancel := within(ctx, e.Timeouts.PodsReady, "pods Ready")
	defer cancel()
	must(d.AwaitReady(limited), "deploy "+spec.Fixture)
	must(e.answers(limited, d), "deploy "+spec.Fixture)
	if spec.Shape != topology.Standalone {
		e.Formed(ctx, d)
	}
	e.waited(report.Wait{Kind: "ready", Name: string(d.Namespace), Begin: d.Installed, End: time.Now()})
	e.Measure("install to ready", time.Since(d.Installed).Seconds(), "s")
	return d
}

// Install is Deploy without waiting for the pods: for specs about becoming Ready, or about not becoming it.
func (e *Env) Install(ctx ginkgo.SpecContext, spec topology.Spec) *topology.Deployment {
	ginkgo.GinkgoHelper()
	layers, err := e.layers(spec)
	must(err, "values")
	var all []chart.Values
	for _, l := range layers {
		all = append(all, l.Values)
	}
	values := chart.Merge(all...)
	d := &topology.Deployment{Cluster: e.Cluster, Namespace: e.namespace(ctx), Release: releaseName, Values: values, Identity: spec.Identity}
	d.Dialect, err = chart.Bitnami(e.chart, d.Release, values)
	must(err, "chart")
	e.evidence(ctx, d, layers)
	must(e.Cluster.StartRelay(ctx, cluster.RelayRequest{Namespace: d.Namespace, Image: e.Session.Machine.Images.Agent.Ref,
		Labels: map[string]string{d.Dialect.ClientLabel(): "true"}}), "relay")
	must(e.identify(ctx, d), "certificate")
	for _, claim := range spec.Claims {
		must(e.claim(ctx, d.Namespace, claim), "existing Secret "+claim.Secret)
	}
	must(e.present(ctx, d), "install")
	releases, err := e.releases(d)
	must(err, "helm")
	applied, err := releases.Install(ctx, e.chart, d.Release, values)
	must(err, "helm install")
	d.Manifest, d.Installed = applied.Manifest, time.Now()
	must(e.connect(ctx, d), "relay")
	return d
}

// layers are base < topology < fixture < files < this spec's own.
func (e *Env) layers(spec topology.Spec) ([]chart.Layer, error) {
	base, err := chart.Base(e.chart, chart.Software{Redis: e.Session.Machine.Images.Redis.Ref, Exporter: e.Session.Machine.Images.Exporter.Ref})
	if err != nil {
		return nil, err
	}
	layers := []chart.Layer{{Origin: "the harness: what its images need", Values: base}, {Origin: "topology " + string(spec.Shape), Values: spec.Shape.Values()}}
	for _, name := range slices.DeleteFunc(append([]string{spec.Fixture}, spec.Also...), func(name string) bool { return name == "" }) {
		fixture, err := fixtures.Values(name)
		if err != nil {
			return nil, err
		}
		layers = append(layers, chart.Layer{Origin: "fixtures/values/" + name + ".yaml", Values: fixture})
	}
	files, err := chart.LoadValuesFiles(e.Session.Config.Values)
	if err != nil {
		return nil, err
	}
	return append(layers, chart.Layer{Origin: "--values", Values: files}, chart.Layer{Origin: "the spec", Values: spec.Override}), nil
}

func (e *Env) namespace(ctx context.Context) cluster.Namespace {
	word := make([]byte, 4)
	_, err := rand.Read(word)
	must(err, "namespace")
	name := "e2e-" + e.Suite + "-" + hex.EncodeToString(word)
	_, err = e.Cluster.Client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{cluster.RunLabel: e.Session.ID}}}, metav1.CreateOptions{})
	must(err, "namespace")
	ginkgo.AddReportEntry("namespace", name, ginkgo.ReportEntryVisibilityNever)
	return cluster.Namespace(name)
}

func (e *Env) claim(ctx context.Context, ns cluster.Namespace, c topology.Claim) error {
	_, err := e.Cluster.Client.CoreV1().Secrets(string(ns)).Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: c.Secret}, StringData: c.Data}, metav1.CreateOptions{})
	return err
}

// authenticate reads the password.
func (e *Env) authenticate(ctx context.Context, d *topology.Deployment) error {
	if key, on := d.Dialect.PasswordSecret(); on {
		secret, err := e.Cluster.Client.CoreV1().Secrets(string(d.Namespace)).Get(ctx, key.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		d.Password = string(secret.Data[key.Key])
		if d.Password == "" {
			return fmt.Errorf("secret %s has no key %s, or it is empty", key.Name, key.Key)
		}
	}
	return nil
}

// connect reads the password and opens the road into the namespace.
func (e *Env) connect(ctx context.Context, d *topology.Deployment) error {
	if err := e.authenticate(ctx, d); err != nil {
		return err
	}
	if err := e.trust(ctx, d); err != nil {
		return err
	}
	road, err := e.road(ctx, cluster.RelayPod(d.Namespace))
	if err != nil {
		return err
	}
	ginkgo.DeferCleanup(d.Close)
	d.Road = road
	return nil
}

// answers polls until clients can reach the primary: kube-proxy may lag behind pods that are Ready.
func (e *Env) answers(ctx context.Context, d *topology.Deployment) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := d.Reachable(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}
