package harness

import (
	"context"
	"errors"

	"github.com/onsi/ginkgo/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/artifact"
	"redis-e2e/internal/chart"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/topology"
)

// live is a deployment of the running spec, and the logs that are collected from it.
type live struct {
	deployment *topology.Deployment
	layers     []chart.Layer // of the values it was installed with
	logs       *artifact.Logs
}

// evidence follows the namespace's logs from its first second, and deletes the namespace after the spec.
func (e *Env) evidence(ctx ginkgo.SpecContext, d *topology.Deployment, layers []chart.Layer) {
	l := live{deployment: d, layers: layers, logs: artifact.Follow(context.WithoutCancel(ctx), e.Cluster, d.Namespace)}
	e.live = append(e.live, l)
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
		l.logs.Stop()
		e.live = nil
		keep, failed := e.Session.Config.Keep, ginkgo.CurrentSpecReport().Failed()
		if keep == "always" || failed && keep == "failed" {
			return
		}
		must(e.discard(ctx, d.Namespace), "delete namespace "+string(d.Namespace))
	}, ginkgo.NodeTimeout(e.Timeouts.NamespaceGone))
}

// Remove deletes a release and its namespace before the spec ends, and returns when they are gone.
func (e *Env) Remove(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	must(e.discard(ctx, d.Namespace), "delete namespace "+string(d.Namespace))
	namespaces := e.Cluster.Client.CoreV1().Namespaces()
	defer e.wait("namespace", string(d.Namespace)+" deleted")()
	limited, cancel := within(ctx, e.Timeouts.NamespaceGone, "namespace deleted")
	defer cancel()
	must(e.poll(limited, func() error {
		_, err := namespaces.Get(limited, string(d.Namespace), metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(errors.New("it is still there"), err)
	}), "delete namespace "+string(d.Namespace))
}

// discard deletes a namespace, and its pods without grace: servers that hand over to one another as they all go would keep a
// small machine busy for half a minute.
func (e *Env) discard(ctx context.Context, ns cluster.Namespace) error {
	api := e.Cluster.Client.CoreV1()
	err := api.Namespaces().Delete(ctx, string(ns), metav1.DeleteOptions{})
	if err == nil {
		err = api.Pods(string(ns)).DeleteCollection(ctx, metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}, metav1.ListOptions{})
	}
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
