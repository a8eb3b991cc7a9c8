package engine

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"
)

const (
	socketLimit = 20 * time.Second // until the service answers
	socketIdle  = "300"            // seconds without a client after which a forgotten service ends by itself
)

// Socket gives the address at which libraries reach this engine by Docker's API, as DOCKER_HOST has it. With docker it is
// docker's own; with podman it is a service on a socket in dir, which stop ends.
func (e *Engine) Socket(ctx context.Context, dir string) (dockerHost string, stop func(), err error) {
	if e.Name != "podman" {
		host, err := e.Output(ctx, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
		return host, func() {}, err
	}
	path := filepath.Join(dir, "podman.sock")
	serving, cancel := context.WithCancel(ctx)
	cmd := e.command(serving, "system", "service", "--time="+socketIdle, "unix://"+path)
	var stderr tail
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		cancel()
		return "", nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait(); close(ended) }()
	stop = func() { cancel(); <-ended }
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(socketLimit); ; {
		if pinged(ctx, path) {
			return "unix://" + path, stop, nil
		}
		select {
		case <-ended:
			cancel()
			return "", nil, &CommandError{Command: "podman system service", Printed: stderr.String(), Err: fmt.Errorf("it ended (%s)", cmd.ProcessState)}
		case <-ctx.Done():
			stop()
			return "", nil, context.Cause(ctx)
		case <-limit:
			stop()
			return "", nil, fmt.Errorf("podman system service did not answer within %s: %s", socketLimit, stderr.String())
		case <-tick.C:
		}
	}
}

func pinged(ctx context.Context, path string) bool {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}
	client := http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}, Timeout: time.Second}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://podman/_ping", nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}
