// Package netpol answers: which packets may reach or leave the pods of this node, as the cluster's NetworkPolicies say?
//
// It enforces networking.k8s.io/v1 for IPv4 on the node's forward hook, which every packet between pods passes after Services
// were resolved. Traffic between a pod and its own node is always allowed, and so is a connection that was allowed when it
// began. It serves node images built without a registry, beside podnet; kind's own image brings kindnet, which enforces
// policies itself. It runs inside the cluster and must not import any other package of this project.
package netpol

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// Agent keeps one node's rules as the cluster's policies, pods and namespaces say.
type Agent struct {
	Node     string               // this node's name
	Client   kubernetes.Interface // list and watch on networkpolicies, pods and namespaces
	Firewall Firewall
	Log      func(format string, args ...any)
}

// Firewall lets pass what the guards let pass.
type Firewall interface {
	// Apply makes these the only guards, all at once.
	Apply(ctx context.Context, guards []Guard) error
}

// Run enforces until ctx ends. Every change leads to a whole new plan, which is applied when it differs from the last, and once
// a minute in any case, which repairs what something else removed.
func (a Agent) Run(ctx context.Context) error {
	factory := informers.NewSharedInformerFactory(a.Client, 0)
	stores := stores{
		policies:   factory.Networking().V1().NetworkPolicies().Informer(),
		pods:       factory.Core().V1().Pods().Informer(),
		namespaces: factory.Core().V1().Namespaces().Informer(),
	}
	changed := make(chan struct{}, 1)
	if err := stores.watch(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	var last []Guard
	for again := true; ; {
		guards := stores.world(a.Node).plan()
		if again || !slices.EqualFunc(guards, last, Guard.equal) {
			if err := a.Firewall.Apply(ctx, guards); err != nil {
				a.Log("netpol: %v", err)
				guards = nil // tried again with the next change
			}
			last = guards
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			again = false
		case <-tick.C:
			again = true
		}
	}
}

type stores struct{ policies, pods, namespaces cache.SharedIndexInformer }

func (s stores) watch(changed func()) error {
	for _, informer := range []cache.SharedIndexInformer{s.policies, s.pods, s.namespaces} {
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: func(any) { changed() }, UpdateFunc: func(any, any) { changed() }, DeleteFunc: func(any) { changed() },
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s stores) world(node string) world {
	w := world{node: node, namespaces: map[string]map[string]string{}}
	for _, o := range s.policies.GetStore().List() {
		w.policies = append(w.policies, o.(*networkingv1.NetworkPolicy))
	}
	for _, o := range s.pods.GetStore().List() {
		w.add(o.(*corev1.Pod))
	}
	for _, o := range s.namespaces.GetStore().List() {
		ns := o.(*corev1.Namespace)
		w.namespaces[ns.Name] = ns.Labels
	}
	return w
}
