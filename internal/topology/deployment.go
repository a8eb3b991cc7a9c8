package topology

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/redisx"
)

const redisPort = 6379

// Deployment is one installed release. Its questions take a context and answer with an error, so that they can be polled.
type Deployment struct {
	Cluster   *cluster.Cluster
	Namespace cluster.Namespace
	Release   chart.ReleaseName
	Dialect   chart.Dialect
	Values    chart.Values   // that the release was installed with, all layers merged
	Manifest  chart.Manifest // that Helm applied
	Installed time.Time      // when Helm had applied it
	Password  string         // empty when authentication is off
	Road      redisx.Dialer  // from this process into the release's namespace

	clients []*redis.Client
	direct  map[string]*redis.Client // one for each server process that was asked directly
}

// Member is one server pod of the release, as the API server knows it.
type Member struct {
	Pod       cluster.Pod
	UID       string
	Node      cluster.NodeName
	Container string // id of the Redis container, empty before it ran
	Started   time.Time
	Restarts  int32 // of all containers together
	Ready     bool
	Address   string // host:port that this pod alone answers on
	Trouble   string // why it is not Ready
}

// Incarnation changes whenever the server process was replaced: with the pod, or with its container.
func (m Member) Incarnation() string { return m.UID + "/" + m.Container }

// Members lists the release's server pods in the order of their names; none at all is an error.
func (d *Deployment) Members(ctx context.Context) ([]Member, error) {
	selector := labels.SelectorFromSet(d.Dialect.ReleaseSelector()).String()
	pods, err := d.Cluster.Client.CoreV1().Pods(string(d.Namespace)).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, err
	}
	var members []Member
	for i := range pods.Items {
		if m, ok := d.member(&pods.Items[i]); ok {
			members = append(members, m)
		}
	}
	if len(members) == 0 {
		return nil, fmt.Errorf("no server pod in %s: nothing matches %s", d.Namespace, selector)
	}
	return members, nil
}

// member leaves out pods without a Redis container, such as that of `helm test`.
func (d *Deployment) member(p *corev1.Pod) (Member, bool) {
	m := Member{
		Pod: cluster.Pod{Namespace: d.Namespace, Name: cluster.PodName(p.Name)}, UID: string(p.UID),
		Node: cluster.NodeName(p.Spec.NodeName), Ready: cluster.PodReady(p), Address: d.address(p.Name),
	}
	if !m.Ready {
		m.Trouble = cluster.Diagnose(p)
	}
	found := false
	for _, c := range p.Spec.Containers {
		found = found || c.Name == string(d.Dialect.RedisContainer())
	}
	for _, s := range p.Status.ContainerStatuses {
		m.Restarts += s.RestartCount
		if s.Name == string(d.Dialect.RedisContainer()) {
			_, m.Container, _ = strings.Cut(s.ContainerID, "://")
			if s.State.Running != nil {
				m.Started = s.State.Running.StartedAt.Time
			}
		}
	}
	return m, found && p.Labels["app.kubernetes.io/component"] != ""
}

func (d *Deployment) address(pod string) string {
	return net.JoinHostPort(fmt.Sprintf("%s.%s.%s.svc.cluster.local", pod, d.Dialect.HeadlessService(), d.Namespace), strconv.Itoa(redisPort))
}

// Primary is the member that takes writes.
func (d *Deployment) Primary(ctx context.Context) (Member, error) {
	members, err := d.Members(ctx)
	if err != nil {
		return Member{}, err
	}
	prefix := d.Dialect.PrimaryStatefulSet() + "-"
	for _, m := range members {
		if strings.HasPrefix(string(m.Pod.Name), prefix) {
			return m, nil
		}
	}
	return Member{}, fmt.Errorf("none of %d server pods belongs to StatefulSet %s", len(members), d.Dialect.PrimaryStatefulSet())
}

// Options dial the Service that clients write through, with the release's password.
func (d *Deployment) Options() redisx.Options {
	host := fmt.Sprintf("%s.%s.svc.cluster.local", d.Dialect.PrimaryService(), d.Namespace)
	return redisx.Options{
		Addr: net.JoinHostPort(host, strconv.Itoa(redisPort)), Password: d.Password, Dial: d.Road,
		Timeouts: redisx.Timeouts{Dial: 2 * time.Second, Read: 5 * time.Second, Write: 5 * time.Second},
	}
}

// Client talks to the primary through its Service; Close ends it.
func (d *Deployment) Client() *redis.Client { return d.Dial(d.Options()) }

// Direct talks to one member, Ready or not, without a Service in between; Close ends it. Each server process has one client.
func (d *Deployment) Direct(m Member) *redis.Client {
	if d.direct == nil {
		d.direct = map[string]*redis.Client{}
	}
	c := d.direct[m.Incarnation()]
	if c == nil {
		o := d.Options()
		o.Addr = m.Address
		c = d.Dial(o)
		d.direct[m.Incarnation()] = c
	}
	return c
}

// Dial opens a client that Close ends.
func (d *Deployment) Dial(o redisx.Options) *redis.Client {
	c := redisx.NewClient(o)
	d.clients = append(d.clients, c)
	return c
}

// Close ends every client of this deployment.
func (d *Deployment) Close() error {
	var first error
	for _, c := range d.clients {
		if err := c.Close(); err != nil && first == nil {
			first = err
		}
	}
	d.clients, d.direct = nil, nil
	return first
}

// Answers is nil when the primary answers PING through its Service.
func (d *Deployment) Answers(ctx context.Context) error {
	c := redisx.NewClient(d.Options())
	defer c.Close()
	return c.Ping(ctx).Err()
}

// Volume is the claim that holds a member's data; without a UID there is none.
type Volume struct {
	Claim string
	UID   string
	On    string // name of the bound PersistentVolume
}

// Volume gives the claim of a member's data. That there is none is an answer, not an error.
func (d *Deployment) Volume(ctx context.Context, m Member) (Volume, error) {
	name := d.Dialect.DataPVC(m.Pod.Name)
	pvc, err := d.Cluster.Client.CoreV1().PersistentVolumeClaims(string(d.Namespace)).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return Volume{Claim: name}, nil
	}
	if err != nil {
		return Volume{}, err
	}
	return Volume{Claim: name, UID: string(pvc.UID), On: pvc.Spec.VolumeName}, nil
}

// Pod addresses a pod of this deployment's namespace.
func (d *Deployment) Pod(name cluster.PodName) cluster.Pod {
	return cluster.Pod{Namespace: d.Namespace, Name: name}
}
