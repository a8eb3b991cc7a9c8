package topology

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"redis-e2e/internal/cluster"
)

// Member is one server pod of the release, as the API server knows it.
type Member struct {
	Pod       cluster.Pod
	UID       string
	Node      cluster.NodeName
	Container string // id of the Redis container, empty before it ran
	Watcher   string // id of the Sentinel container beside it, empty where there is none or before it ran
	Started   time.Time
	Restarts  int32 // of all containers together
	Ready     bool
	IP        string
	Address   string // host:port that this pod alone answers on
	Trouble   string // why it is not Ready
}

// Incarnation changes whenever the server process was replaced: with the pod, or with its container.
func (m Member) Incarnation() string { return m.UID + "/" + m.Container }

// Is says whether host:port, as Redis and Sentinel announce it, is this member's server.
func (m Member) Is(address string) bool {
	host, _, err := net.SplitHostPort(address)
	own, _, _ := net.SplitHostPort(m.Address)
	return err == nil && (host == own || host == m.IP && m.IP != "")
}

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
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(string(a.Pod.Name), string(b.Pod.Name)) })
	return members, nil
}

// Member gives the server pod of this name as it is now.
func (d *Deployment) Member(ctx context.Context, name cluster.PodName) (Member, error) {
	members, err := d.Members(ctx)
	if err != nil {
		return Member{}, err
	}
	for _, m := range members {
		if m.Pod.Name == name {
			return m, nil
		}
	}
	return Member{}, fmt.Errorf("there is no server pod %s in %s", name, d.Namespace)
}

// Replicas lists the members that are not the primary, by name; none is an error.
func (d *Deployment) Replicas(ctx context.Context) ([]Member, error) {
	primary, err := d.Primary(ctx)
	if err != nil {
		return nil, err
	}
	members, err := d.Members(ctx)
	if err != nil {
		return nil, err
	}
	members = slices.DeleteFunc(members, func(m Member) bool { return m.Pod == primary.Pod })
	if len(members) == 0 {
		return nil, fmt.Errorf("%s has no replica", d.Release)
	}
	return members, nil
}

// member leaves out pods without a Redis container, such as that of `helm test`.
func (d *Deployment) member(p *corev1.Pod) (Member, bool) {
	m := Member{
		Pod: cluster.Pod{Namespace: d.Namespace, Name: cluster.PodName(p.Name)}, UID: string(p.UID),
		Node: cluster.NodeName(p.Spec.NodeName), Ready: cluster.PodReady(p), Address: d.address(p.Name, redisPort), IP: p.Status.PodIP,
	}
	if !m.Ready {
		m.Trouble = cluster.Diagnose(p)
	}
	found := false
	for _, c := range p.Spec.Containers {
		found = found || c.Name == string(d.Dialect.RedisContainer())
	}
	watch, _ := d.Dialect.Sentinel()
	for _, s := range p.Status.ContainerStatuses {
		m.Restarts += s.RestartCount
		_, id, _ := strings.Cut(s.ContainerID, "://")
		switch s.Name {
		case string(d.Dialect.RedisContainer()):
			m.Container = id
			if s.State.Running != nil {
				m.Started = s.State.Running.StartedAt.Time
			}
		case string(watch.Container):
			m.Watcher = id
		}
	}
	return m, found && p.Labels["app.kubernetes.io/component"] != ""
}

func (d *Deployment) address(pod string, port int) string {
	return net.JoinHostPort(fmt.Sprintf("%s.%s.%s.svc.cluster.local", pod, d.Dialect.HeadlessService(), d.Namespace), strconv.Itoa(port))
}
