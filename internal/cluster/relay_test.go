package cluster

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func started(t *testing.T) (*Cluster, *corev1.Pod, *corev1.Service) {
	t.Helper()
	c, _ := pretend("kind")
	r := RelayRequest{Namespace: "n", Image: "localhost/redis-e2e/agent:1", Labels: map[string]string{"release-client": "true"}}
	if err := c.StartRelay(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	pod, err := c.Client.CoreV1().Pods("n").Get(t.Context(), relayName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	service, err := c.Client.CoreV1().Services("n").Get(t.Context(), relayName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c, pod, service
}

func TestTheRelayIsAnOrdinaryClientOfTheChart(t *testing.T) {
	_, pod, service := started(t)
	if pod.Labels["release-client"] != "true" {
		t.Errorf("its labels %v would not pass the chart's NetworkPolicy", pod.Labels)
	}
	for k, v := range service.Spec.Selector {
		if pod.Labels[k] != v {
			t.Errorf("the service selects %s=%s, the pod has %v", k, v, pod.Labels)
		}
	}
	if service.Spec.Type != corev1.ServiceTypeNodePort || service.Spec.Ports[0].Port != relayPort || len(service.Spec.Selector) == 0 {
		t.Errorf("service %+v", service.Spec)
	}
	s := pod.Spec.Containers[0].SecurityContext
	if !*s.RunAsNonRoot || *s.RunAsUser == 0 || !*s.ReadOnlyRootFilesystem || *s.AllowPrivilegeEscalation || s.Capabilities.Drop[0] != "ALL" {
		t.Errorf("it runs with more rights than it needs: %+v", s)
	}
	if *pod.Spec.AutomountServiceAccountToken {
		t.Error("it carries a token of the API server")
	}
}

func TestTheRelayKeepsToTheControlPlane(t *testing.T) {
	_, pod, _ := started(t)
	const role = "node-role.kubernetes.io/control-plane"
	term := pod.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution[0]
	if e := term.Preference.MatchExpressions[0]; e.Key != role || e.Operator != corev1.NodeSelectorOpExists || term.Weight != 100 {
		t.Errorf("it prefers %+v", term)
	}
	if pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		t.Error("it could not run where the control plane is managed")
	}
	if o := pod.Spec.Tolerations[0]; o.Key != role || o.Operator != corev1.TolerationOpExists {
		t.Errorf("it tolerates %+v", o)
	}
}

func TestARelayThatDoesNotComeUpIsDiagnosed(t *testing.T) {
	limit := errors.New("no relay within 90s")
	c, pod, _ := started(t)
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "relay", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ErrImageNeverPull"}}}}
	if _, err := c.Client.CoreV1().Pods("n").UpdateStatus(t.Context(), pod, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err := c.OpenRelay(soon(t, limit), RelayPod("n"))
	if !errors.Is(err, limit) || !strings.Contains(err.Error(), "relay n/e2e-relay: no relay within 90s: pod e2e-relay: container relay waits: ErrImageNeverPull") {
		t.Errorf("got %v", err)
	}
	empty, _ := pretend("kind")
	if _, err := empty.OpenRelay(soon(t, limit), RelayPod("n")); !errors.Is(err, limit) || !strings.Contains(err.Error(), `"e2e-relay" not found`) {
		t.Errorf("got %v, want that there is no pod", err)
	}
}

func TestTheNodePortIsTakenWhereItAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			greeting := make([]byte, 3)
			_, _ = io.ReadFull(conn, greeting)
			_, _ = conn.Write([]byte{5, 0})
			_ = conn.Close()
		}
	}()
	c, pod, service := started(t)
	pod.Status.HostIP = "127.0.0.1"
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: yes}}
	service.Spec.Ports[0].NodePort = int32(l.Addr().(*net.TCPAddr).Port)
	_, err1 := c.Client.CoreV1().Pods("n").UpdateStatus(t.Context(), pod, metav1.UpdateOptions{})
	_, err2 := c.Client.CoreV1().Services("n").Update(t.Context(), service, metav1.UpdateOptions{})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	begin := time.Now()
	relay, err := c.OpenRelay(t.Context(), RelayPod("n"))
	if err != nil || relay.Address != l.Addr().String() || relay.Path != "node port" {
		t.Fatalf("got %+v, %v after %s", relay, err, time.Since(begin))
	}
	relay.Close()
}
