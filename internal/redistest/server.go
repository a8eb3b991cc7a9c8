package redistest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

const (
	port     = "6379/tcp"
	confPath = "/tmp/redis.conf"
	startup  = time.Minute
)

// Options say how a server runs.
type Options struct {
	Conf string   // text of redis.conf, may be empty
	Args []string // of redis-server, after it
}

// Server is a Redis in a container of its own. It keeps address and data when it is killed and started again.
type Server struct {
	Addr string // host:port on this machine

	t    *testing.T
	host *Host
	id   string
}

// Start runs a server until t ends, and returns when it accepts connections.
func (h *Host) Start(t *testing.T, o Options) *Server {
	t.Helper()
	s := &Server{t: t, host: h}
	if err := s.run(context.WithoutCancel(t.Context()), o); err != nil {
		t.Fatalf("Redis in a container: %v", err)
	}
	return s
}

func (s *Server) run(ctx context.Context, o Options) error {
	command := []string{"redis-server"}
	options := []testcontainers.ContainerCustomizer{
		testcontainers.WithLogger(log.TestLogger(s.t)),
		testcontainers.WithLabels(map[string]string{ownerLabel: strconv.Itoa(os.Getpid())}),
		testcontainers.WithWaitStrategy(wait.ForLog("Ready to accept connections").WithStartupTimeout(startup)),
	}
	if o.Conf != "" {
		command = append(command, confPath)
		options = append(options, testcontainers.WithFiles(testcontainers.ContainerFile{
			Reader: strings.NewReader(o.Conf), ContainerFilePath: confPath, FileMode: 0o644}))
	}
	command = append(append(command, "--bind", "*", "--protected-mode", "no"), o.Args...)
	// the port is chosen here: an engine that chooses gives another one after each start
	local, err := freePort(ctx)
	if err != nil {
		return err
	}
	s.Addr = net.JoinHostPort("127.0.0.1", local)
	options = append(options, testcontainers.WithCmd(command...), testcontainers.WithExposedPorts(port), testcontainers.WithHostConfigModifier(func(c *container.HostConfig) {
		c.PortBindings = network.PortMap{network.MustParsePort(port): {{HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1}), HostPort: local}}}
	}))
	c, err := testcontainers.Run(ctx, s.host.image, options...)
	testcontainers.CleanupContainer(s.t, c)
	if err != nil {
		return err
	}
	s.id = c.GetContainerID()
	return nil
}

func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, local, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "", err
	}
	return local, l.Close()
}

// Kill sends SIGKILL to the server, and returns when its process is gone.
func (s *Server) Kill() {
	s.t.Helper()
	s.do("kill", "-s", "KILL", s.id)
	s.do("wait", s.id)
}

// Resume starts a killed server on the same data and address, and returns when its process runs: it may still be loading.
func (s *Server) Resume() {
	s.t.Helper()
	s.do("start", s.id)
}

func (s *Server) do(args ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeoutCause(s.t.Context(), startup, fmt.Errorf("no answer within %s", startup))
	defer cancel()
	if _, err := s.host.engine.Output(ctx, args...); err != nil {
		s.t.Fatal(err)
	}
}
