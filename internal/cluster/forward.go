package cluster

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
)

type forward struct {
	Pod
	port int
}

// forwardRelay opens a port on the loopback interface that leads to the relay pod through the API server: the way that
// works on any cluster a kubeconfig reaches.
func (c *Cluster) forwardRelay(ctx context.Context, to forward) (*Relay, error) {
	transport, upgrader, err := spdy.RoundTripperFor(c.REST)
	if err != nil {
		return nil, err
	}
	url := c.Client.CoreV1().RESTClient().Post().Resource("pods").Namespace(string(to.Namespace)).Name(string(to.Name)).SubResource("portforward").URL()
	dialer := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, url)
	stop, ready := make(chan struct{}), make(chan struct{})
	fw, err := portforward.NewOnAddresses(dialer, []string{"127.0.0.1"}, []string{fmt.Sprintf("0:%d", to.port)}, stop, ready, io.Discard, io.Discard)
	if err != nil {
		return nil, err
	}
	failed := make(chan error, 1)
	go func() { failed <- fw.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-failed:
		return nil, fmt.Errorf("port-forward to %s: %w", to.Pod, err)
	case <-ctx.Done():
		close(stop)
		return nil, fmt.Errorf("port-forward to %s: %w", to.Pod, context.Cause(ctx))
	}
	ports, err := fw.GetPorts()
	if err != nil {
		close(stop)
		return nil, err
	}
	return &Relay{
		Address: fmt.Sprintf("127.0.0.1:%d", ports[0].Local), Path: "port-forward through the API server", Close: func() { close(stop) },
	}, nil
}
