package cluster

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	relayName = "e2e-relay"
	relayPort = 1080
)

// RelayRequest says where a relay is to run.
type RelayRequest struct {
	Namespace Namespace
	Name      PodName // empty: the namespace's own, see RelayPod
	Image     string
	Labels    map[string]string // the chart's client label, so that its NetworkPolicy admits the relay
	HostPort  int               // if set, the relay has no address of its own: it listens on this port of its node
}

// port is where the relay listens.
func (r RelayRequest) port() int {
	if r.HostPort != 0 {
		return r.HostPort
	}
	return relayPort
}

// Relay is a SOCKS5 way into one namespace: what is dialled through it is resolved and connected from a pod there.
type Relay struct {
	Address string // host:port on this side
	Path    string // how it is reached: "node port" or "port-forward through the API server"
	Close   func()
}

// StartRelay creates the relay pod of a namespace without waiting for it.
func (c *Cluster) StartRelay(ctx context.Context, r RelayRequest) error {
	name := string(r.Name)
	if name == "" {
		name = relayName
	}
	labels := map[string]string{"app": name}
	for k, v := range r.Labels {
		labels[k] = v
	}
	meta := metav1.ObjectMeta{Name: name, Namespace: string(r.Namespace), Labels: labels}
	pod := &corev1.Pod{ObjectMeta: meta, Spec: corev1.PodSpec{
		TerminationGracePeriodSeconds: new(int64(0)),
		AutomountServiceAccountToken:  new(false),
		EnableServiceLinks:            new(false),
		HostNetwork:                   r.HostPort != 0,
		DNSPolicy:                     corev1.DNSClusterFirstWithHostNet, // the cluster's names on a node's network too
		// faults restart workers, so the relay keeps to the control plane wherever one takes pods
		Tolerations: []corev1.Toleration{{Key: "node-role.kubernetes.io/control-plane", Operator: corev1.TolerationOpExists}},
		Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{Weight: 100, Preference: corev1.NodeSelectorTerm{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "node-role.kubernetes.io/control-plane", Operator: corev1.NodeSelectorOpExists}},
			}}},
		}},
		Containers: []corev1.Container{{
			Name: "relay", Image: r.Image, ImagePullPolicy: corev1.PullIfNotPresent, Args: []string{"relay", fmt.Sprintf("--listen=:%d", r.port())},
			Ports: []corev1.ContainerPort{{ContainerPort: int32(r.port())}},
			SecurityContext: &corev1.SecurityContext{
				RunAsUser: new(int64(65532)), RunAsNonRoot: new(true), AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true),
				Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			},
		}},
	}}
	if _, err := c.Client.CoreV1().Pods(string(r.Namespace)).Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("relay in %s: %w", r.Namespace, err)
	}
	service := &corev1.Service{ObjectMeta: meta, Spec: corev1.ServiceSpec{
		Type: corev1.ServiceTypeNodePort, Selector: map[string]string{"app": name},
		Ports: []corev1.ServicePort{{Port: relayPort, TargetPort: intstr.FromInt32(int32(r.port()))}},
	}}
	_, err := c.Client.CoreV1().Services(string(r.Namespace)).Create(ctx, service, metav1.CreateOptions{})
	return err
}

// OpenRelay waits for a relay and gives a way to it: the node's port where this machine can reach the
// node directly, else a port-forward through the API server. ctx bounds the waiting only.
func (c *Cluster) OpenRelay(ctx context.Context, pod Pod) (*Relay, error) {
	node, err := c.awaitRelay(ctx, pod)
	if err != nil {
		return nil, err
	}
	service, err := c.Client.CoreV1().Services(string(pod.Namespace)).Get(ctx, string(pod.Name), metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort(node, strconv.Itoa(int(service.Spec.Ports[0].NodePort)))
	if answers(ctx, address) {
		return &Relay{Address: address, Path: "node port", Close: func() {}}, nil
	}
	return c.forwardRelay(ctx, forward{pod, service.Spec.Ports[0].TargetPort.IntValue()})
}

func (c *Cluster) awaitRelay(ctx context.Context, relay Pod) (nodeIP string, err error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var seen *corev1.Pod
	for {
		pod, err := c.Client.CoreV1().Pods(string(relay.Namespace)).Get(ctx, string(relay.Name), metav1.GetOptions{})
		if err == nil && PodReady(pod) {
			return pod.Status.HostIP, nil
		}
		if err == nil {
			seen = pod
		}
		select {
		case <-ctx.Done():
			if seen == nil {
				return "", fmt.Errorf("relay %s: %w: %w", relay, context.Cause(ctx), err)
			}
			return "", fmt.Errorf("relay %s: %w: %s", relay, context.Cause(ctx), Diagnose(seen))
		case <-tick.C:
		}
	}
}

// answers says whether the relay speaks SOCKS5 at address. kube-proxy may need a moment to program a new node port.
func answers(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if hello(ctx, address) {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}

func hello(ctx context.Context, address string) bool {
	d := net.Dialer{Timeout: time.Second}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return false
	}
	if _, err := conn.Write([]byte{5, 1, 0}); err != nil {
		return false
	}
	var reply [2]byte
	n, err := conn.Read(reply[:])
	return err == nil && n > 0 && reply[0] == 5
}
