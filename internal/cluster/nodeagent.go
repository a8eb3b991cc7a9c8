package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/remotecommand"
)

const (
	systemNamespace = "redis-e2e-system"
	nodeAgentName   = "node-agent"
	onNodeLimit     = time.Minute // for one command; the longest watches for seconds
)

// EnsureNodeAgent puts the agent on every node, with a view of all the node's processes. It is how faults and posture
// checks reach a process without a shell in the image under test. It returns without waiting.
func (c *Cluster) EnsureNodeAgent(ctx context.Context, image string) error {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: systemNamespace}}
	if _, err := c.Client.CoreV1().Namespaces().Create(ctx, ns, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	sets := c.Client.AppsV1().DaemonSets(systemNamespace)
	ds := nodeAgent(image)
	_, err := sets.Create(ctx, ds, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		_, err = sets.Update(ctx, ds, metav1.UpdateOptions{})
	}
	return err
}

func nodeAgent(image string) *appsv1.DaemonSet {
	labels := map[string]string{"app": nodeAgentName}
	return &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Name: nodeAgentName, Namespace: systemNamespace},
		Spec: appsv1.DaemonSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					HostPID: true, HostNetwork: true, // no pod network in the way of a fault that cuts it
					TerminationGracePeriodSeconds: new(int64(0)),
					Tolerations:                   []corev1.Toleration{{Operator: corev1.TolerationOpExists}},
					Containers: []corev1.Container{{
						Name: nodeAgentName, Image: image, Args: []string{"idle"}, ImagePullPolicy: corev1.PullIfNotPresent,
						SecurityContext: &corev1.SecurityContext{Privileged: new(true)},
					}},
				},
			},
		},
	}
}

// OnNode runs an agent command on a node and decodes its JSON answer into out. It waits until the node's agent runs.
func (c *Cluster) OnNode(ctx context.Context, node NodeName, out any, args ...string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, onNodeLimit, fmt.Errorf("no answer within %s", onNodeLimit))
	defer cancel()
	exec, err := c.agentCommand(ctx, node, args)
	if err != nil {
		return err
	}
	stdin, done := io.Pipe()
	answer := &answer{complete: done.Close}
	var stderr bytes.Buffer
	if err := exec.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: stdin, Stdout: answer, Stderr: &stderr}); err != nil {
		return agentFailed(node, args, fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String())))
	}
	return decodeAnswer(answer.text, out, agentFailed(node, args, errors.New("unreadable answer")))
}

// agentCommand is the command in the node's agent, not started yet.
func (c *Cluster) agentCommand(ctx context.Context, node NodeName, args []string) (remotecommand.Executor, error) {
	pod, err := c.agentOn(ctx, node)
	if err != nil {
		return nil, err
	}
	request := c.Client.CoreV1().RESTClient().Post().Resource("pods").Namespace(systemNamespace).Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Command: append([]string{"/agent"}, args...), Stdin: true, Stdout: true, Stderr: true},
			scheme.ParameterCodec)
	return remotecommand.NewSPDYExecutor(c.REST, "POST", request.URL())
}

func agentFailed(node NodeName, args []string, err error) error {
	return fmt.Errorf("agent %s on node %s: %w", strings.Join(args, " "), node, err)
}

func decodeAnswer(text []byte, out any, failed error) error {
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%w: %q: %w", failed, text, err)
	}
	return nil
}

// answer collects one line and then calls complete: the agent ends only after that, so nothing of its answer is lost.
type answer struct {
	text     []byte
	complete func() error
}

func (a *answer) Write(p []byte) (int, error) {
	a.text = append(a.text, p...)
	if bytes.HasSuffix(a.text, []byte("\n")) {
		return len(p), a.complete()
	}
	return len(p), nil
}

func (c *Cluster) agentOn(ctx context.Context, node NodeName) (string, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		pods, err := c.Client.CoreV1().Pods(systemNamespace).List(ctx, metav1.ListOptions{
			LabelSelector: "app=" + nodeAgentName, FieldSelector: "spec.nodeName=" + string(node)})
		if err == nil {
			for _, p := range pods.Items {
				if PodReady(&p) {
					return p.Name, nil
				}
			}
			err = fmt.Errorf("no Ready pod of DaemonSet %s/%s", systemNamespace, nodeAgentName)
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("node agent on %s: %w: %w", node, context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}
