package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/redisx"
)

// enforcement is how long a new policy may take until it bites.
const enforcement = 10 * time.Second

// Enforced fails the spec unless this cluster enforces NetworkPolicy: a pod that can be reached must not be any more once a policy
// denies everything. It is looked at once in each process.
func (e *Env) Enforced(ctx ginkgo.SpecContext) {
	ginkgo.GinkgoHelper()
	if e.enforced {
		return
	}
	ns := e.Elsewhere(ctx)
	image := e.Session.Machine.Images.Agent.Ref
	for _, name := range []cluster.PodName{"caller", "canary"} {
		must(e.Cluster.StartRelay(ctx, cluster.RelayRequest{Namespace: ns, Name: name, Image: image}), "canary")
	}
	road, err := e.road(ctx, cluster.Pod{Namespace: ns, Name: "caller"})
	must(err, "canary")
	_, err = e.road(ctx, cluster.Pod{Namespace: ns, Name: "canary"})
	must(err, "canary")
	door := fmt.Sprintf("canary.%s.svc.cluster.local:1080", ns)
	limited, cancel := within(ctx, e.Timeouts.RelayReady, "a door without a policy opens")
	defer cancel()
	must(e.poll(limited, func() error { return knock(limited, road, door) }), "canary")

	_, err = e.Cluster.Client.NetworkingV1().NetworkPolicies(string(ns)).Create(ctx, &networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "deny-all"}, Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: map[string]string{"app": "canary"}}, // not the caller: its answers come from outside
			PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress},
		},
	}, metav1.CreateOptions{})
	must(err, "canary")
	must(e.bites(ctx, road, door), "a policy that denies everything")
	e.enforced = true
}

// bites waits until the door is shut.
func (e *Env) bites(ctx context.Context, road redisx.Dialer, door string) error {
	limited, cancel := within(ctx, enforcement, "a policy to bite")
	defer cancel()
	return e.poll(limited, func() error {
		err := knock(ctx, road, door)
		switch {
		case err == nil:
			return errors.New("this cluster does not enforce NetworkPolicy: a connection that a policy denies was made all the same")
		case !deniedByPolicy(err):
			return fmt.Errorf("this says nothing about NetworkPolicy: %w", err)
		}
		return nil
	})
}
