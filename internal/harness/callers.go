package harness

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/reach"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
)

// knockLimit bounds one attempt to connect. A packet that is dropped on purpose is silence, so a refusal costs all of it.
const knockLimit = 2 * time.Second

// Caller is a pod that tries to connect to a release.
type Caller struct {
	Name      string            // as the table calls it
	Namespace cluster.Namespace // empty: the release's own
	Labels    map[string]string
	Host      bool // it has no address of its own, but its node's; the release's pods must not run on the control plane
}

// Callers are pods that are ready to call; Reach has them do so.
type Callers struct {
	env   *Env
	d     *topology.Deployment
	all   []Caller
	roads map[string]redisx.Dialer
}

// Callers starts a pod for each, and returns when all of them run.
func (e *Env) Callers(ctx ginkgo.SpecContext, d *topology.Deployment, callers ...Caller) Callers {
	ginkgo.GinkgoHelper()
	c := Callers{e, d, callers, map[string]redisx.Dialer{}}
	defer e.wait("ready", "callers of "+string(d.Namespace))()
	var started []cluster.RelayRequest
	for i, caller := range callers {
		r := cluster.RelayRequest{
			Namespace: d.Namespace, Name: cluster.PodName(fmt.Sprintf("e2e-caller-%d", i)), Image: e.Session.Machine.Images.Agent.Ref, Labels: caller.Labels,
		}
		if caller.Namespace != "" {
			r.Namespace = caller.Namespace
		}
		if caller.Host {
			r.HostPort = 20000 + rand.IntN(9000) // specs beside this one take another
		}
		must(e.Cluster.StartRelay(ctx, r), "caller "+caller.Name)
		started = append(started, r)
	}
	for i, r := range started {
		road, err := e.road(ctx, cluster.Pod{Namespace: r.Namespace, Name: r.Name})
		must(err, "caller "+callers[i].Name)
		c.roads[callers[i].Name] = road
	}
	return c
}

// Elsewhere makes a neighbouring namespace, which goes with the spec.
func (e *Env) Elsewhere(ctx ginkgo.SpecContext) cluster.Namespace {
	ginkgo.GinkgoHelper()
	ns := e.namespace(ctx)
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
		must(e.discard(ctx, ns), "delete namespace "+string(ns))
	}, ginkgo.NodeTimeout(e.Timeouts.NamespaceGone))
	return ns
}

// Reach has every caller try every door at the same time; admit says who should get through where.
func (c Callers) Reach(ctx ginkgo.SpecContext, doors []reach.Door, admit func(who string, d reach.Door) bool) reach.Table {
	ginkgo.GinkgoHelper()
	var visitors []reach.Visitor
	for _, caller := range c.all {
		visitors = append(visitors, reach.Visitor{
			Name: caller.Name, Denied: deniedByPolicy, Admit: func(d reach.Door) bool { return admit(caller.Name, d) },
			Knock: func(ctx context.Context, d reach.Door) error { return knock(ctx, c.roads[caller.Name], d.Address) },
		})
	}
	begin := time.Now()
	table := reach.Probe(ctx, visitors, doors)
	c.env.Measure(fmt.Sprintf("reach of %d pairs", len(table)), time.Since(begin).Seconds(), "s")
	ginkgo.GinkgoWriter.Printf("%s", table)
	return table
}

// Doors are what clients of the release dial, by their short names.
func (e *Env) Doors(d *topology.Deployment) []reach.Door { return doors(d.Doors()) }

// ExporterDoors are what Prometheus dials.
func (e *Env) ExporterDoors(d *topology.Deployment) []reach.Door { return doors(d.Exporters()) }

// Door is the caller itself as something to connect to: the port that its relay listens on.
func (c Callers) Door(ctx ginkgo.SpecContext, name string) reach.Door {
	ginkgo.GinkgoHelper()
	for i, caller := range c.all {
		if caller.Name == name {
			return reach.Door{Name: name, Address: fmt.Sprintf("e2e-caller-%d.%s.svc.cluster.local:1080", i, c.Namespace(name))}
		}
	}
	must(fmt.Errorf("there is no caller %s", name), "door")
	return reach.Door{}
}

func knock(ctx context.Context, road redisx.Dialer, address string) error {
	limited, cancel := within(ctx, knockLimit, "connecting")
	defer cancel()
	conn, err := road(limited, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// deniedByPolicy says whether it was silence or a refusal. A name that does not resolve tells of DNS, not of the door.
func deniedByPolicy(err error) bool {
	dial, ok := errors.AsType[*redisx.DialError](err)
	return ok && (dial.Reason == redisx.TimedOut || dial.Reason == redisx.Refused || dial.Reason == redisx.Unreachable)
}

// road opens the way through a relay that was started; it closes with the spec.
func (e *Env) road(ctx context.Context, relay cluster.Pod) (redisx.Dialer, error) {
	limited, cancel := within(ctx, e.Timeouts.RelayReady, "relay Ready")
	defer cancel()
	road, err := e.Cluster.OpenRelay(limited, relay)
	if err != nil {
		return nil, err
	}
	ginkgo.DeferCleanup(road.Close)
	dial := redisx.Relay(road.Address)
	return func(ctx context.Context, network, target string) (net.Conn, error) {
		conn, err := dial(ctx, network, rooted(target))
		if failed, ok := errors.AsType[*redisx.DialError](err); ok {
			failed.Addr = target
		}
		return conn, err
	}, nil
}

// rooted ends a full name of the cluster by a dot: one that it does not know yet would else be looked for in the search domains of
// the node, where a server that has nothing to do with the release may answer.
func rooted(target string) string {
	host, port, err := net.SplitHostPort(target)
	if err != nil || !strings.HasSuffix(host, ".svc.cluster.local") {
		return target
	}
	return net.JoinHostPort(host+".", port)
}

// doors are named by their shortest name and port.
func doors(addresses []string) []reach.Door {
	var all []reach.Door
	for _, address := range addresses {
		host, port, _ := net.SplitHostPort(address)
		name, _, _ := strings.Cut(host, ".")
		all = append(all, reach.Door{Name: name + ":" + port, Address: address})
	}
	return all
}

// Namespace is where a caller runs.
func (c Callers) Namespace(name string) cluster.Namespace {
	for _, caller := range c.all {
		if caller.Name == name && caller.Namespace != "" {
			return caller.Namespace
		}
	}
	return c.d.Namespace
}
