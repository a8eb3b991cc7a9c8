package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Contents lists the objects of a namespace that a chart may make, as Kind/name, sorted. What Kubernetes puts into every
// namespace, what belongs to another object, and this project's own relays are left out.
func (c *Cluster) Contents(ctx context.Context, ns Namespace) ([]string, error) {
	core, apps := c.Client.CoreV1(), c.Client.AppsV1()
	n, all := string(ns), metav1.ListOptions{}
	var found contents
	for _, look := range []func() error{
		func() error { l, err := core.Pods(n).List(ctx, all); return found.add("Pod", l, err) },
		func() error { l, err := core.Services(n).List(ctx, all); return found.add("Service", l, err) },
		func() error { l, err := core.ConfigMaps(n).List(ctx, all); return found.add("ConfigMap", l, err) },
		func() error { l, err := core.Secrets(n).List(ctx, all); return found.add("Secret", l, err) },
		func() error {
			l, err := core.ServiceAccounts(n).List(ctx, all)
			return found.add("ServiceAccount", l, err)
		},
		func() error {
			l, err := core.PersistentVolumeClaims(n).List(ctx, all)
			return found.add("PersistentVolumeClaim", l, err)
		},
		func() error { l, err := apps.StatefulSets(n).List(ctx, all); return found.add("StatefulSet", l, err) },
		func() error { l, err := apps.Deployments(n).List(ctx, all); return found.add("Deployment", l, err) },
		func() error { l, err := c.Client.BatchV1().Jobs(n).List(ctx, all); return found.add("Job", l, err) },
		func() error {
			l, err := c.Client.PolicyV1().PodDisruptionBudgets(n).List(ctx, all)
			return found.add("PodDisruptionBudget", l, err)
		},
		func() error {
			l, err := c.Client.NetworkingV1().NetworkPolicies(n).List(ctx, all)
			return found.add("NetworkPolicy", l, err)
		},
	} {
		if err := look(); err != nil {
			return nil, fmt.Errorf("contents of namespace %s: %w", ns, err)
		}
	}
	slices.Sort(found)
	return found, nil
}

type contents []string

// add appends the objects of one list.
func (c *contents) add(kind string, list metav1.ListInterface, err error) error {
	if err != nil {
		return err
	}
	objects, err := meta.ExtractList(list.(runtime.Object))
	if err != nil {
		return err
	}
	for _, o := range objects {
		m := o.(metav1.Object)
		if len(m.GetOwnerReferences()) > 0 || strings.HasPrefix(m.GetName(), "e2e-") || m.GetName() == "kube-root-ca.crt" ||
			kind == "ServiceAccount" && m.GetName() == "default" {
			continue
		}
		*c = append(*c, kind+"/"+m.GetName())
	}
	return nil
}
