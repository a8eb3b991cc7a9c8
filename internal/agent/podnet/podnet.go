// Package podnet answers: how do pods on a node built here reach pods on every other node?
//
// It writes the node's CNI configuration, routes every other node's pod range to that node, and masquerades what leaves
// the pod network. It serves node images built without a registry; kind's own image brings kindnet, and then podnet
// must not run. NetworkPolicy is enforced beside it, by netpol. It runs inside the
// cluster and must not import any other package of this project.
package podnet

import (
	"context"
	"fmt"
	"net"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// Agent keeps one node's pod network as the cluster's nodes say.
type Agent struct {
	Node      string               // this node's name
	PodSubnet string               // the whole cluster's pod range, in CIDR form
	CNIDir    string               // where the CNI configuration goes
	Client    kubernetes.Interface // list and watch on nodes
	Routes    Routes
	Firewall  func(ctx context.Context, podSubnet string) error
	Log       func(format string, args ...any)
}

// Run programs the node until ctx ends. Every change of a node leads to a whole new look, as does a tick each minute,
// which repairs what something else removed.
func (a Agent) Run(ctx context.Context) error {
	factory := informers.NewSharedInformerFactory(a.Client, 0)
	nodes := factory.Core().V1().Nodes()
	changed := make(chan struct{}, 1)
	kick := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	if _, err := nodes.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { kick() },
		UpdateFunc: func(any, any) { kick() },
		DeleteFunc: func(any) { kick() },
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), nodes.Informer().HasSynced) {
		return context.Cause(ctx)
	}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		var all []*corev1.Node
		for _, o := range nodes.Informer().GetStore().List() {
			all = append(all, o.(*corev1.Node))
		}
		if err := a.sync(ctx, all); err != nil {
			a.Log("podnet: %v", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-tick.C:
		}
	}
}

// sync brings routes, masquerading and CNI configuration to what the nodes say; the last one makes the node Ready.
func (a Agent) sync(ctx context.Context, nodes []*corev1.Node) error {
	own, routes, err := plan(a.Node, nodes)
	if err != nil {
		return err
	}
	if err := a.Routes.Apply(routes); err != nil {
		return fmt.Errorf("routes: %w", err)
	}
	if own == "" {
		return nil // the controller manager has not given this node a range yet; its update comes back here
	}
	if err := a.Firewall(ctx, a.PodSubnet); err != nil {
		return fmt.Errorf("masquerade: %w", err)
	}
	return writeConflist(a.CNIDir, own)
}

// Route sends one node's pod range to that node's address.
type Route struct {
	To  net.IPNet
	Via net.IP
}

// Routes programs exactly the given routes, and removes earlier ones of its own.
type Routes interface {
	// Apply makes the given routes the only ones of ours.
	Apply([]Route) error
}

func plan(self string, nodes []*corev1.Node) (string, []Route, error) {
	own := ""
	var routes []Route
	for _, n := range nodes {
		if n.Name == self {
			own = n.Spec.PodCIDR
			continue
		}
		via := internalIP(n)
		if n.Spec.PodCIDR == "" || via == nil {
			continue
		}
		_, to, err := net.ParseCIDR(n.Spec.PodCIDR)
		if err != nil {
			return "", nil, fmt.Errorf("node %s: podCIDR: %w", n.Name, err)
		}
		routes = append(routes, Route{To: *to, Via: via})
	}
	return own, routes, nil
}

func internalIP(n *corev1.Node) net.IP {
	for _, a := range n.Status.Addresses {
		if ip := net.ParseIP(a.Address).To4(); a.Type == corev1.NodeInternalIP && ip != nil {
			return ip
		}
	}
	return nil
}
