package workload

import (
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redisx"
)

// realServer is a Redis that can be killed and started again on the same data and address. To be replaced by the container of
// the run's image: as long as it is not, a machine without redis-server skips.
type realServer struct {
	t    *testing.T
	args []string
	addr string
	cmd  *exec.Cmd
}

func startReal(t *testing.T, args ...string) *realServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("no redis-server on this machine")
	}
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := on.Addr().String()
	on.Close()
	_, port, _ := net.SplitHostPort(addr)
	s := &realServer{t: t, addr: addr, args: append([]string{"--port", port, "--dir", t.TempDir(), "--logfile", "redis.log"}, args...)}
	s.start()
	t.Cleanup(s.kill)
	return s
}

func (s *realServer) start() {
	s.cmd = exec.Command("redis-server", s.args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

// kill is a SIGKILL, and returns when the process is gone.
func (s *realServer) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

func (s *realServer) client() *redis.Client {
	c := redisx.NewClient(redisx.Options{Addr: s.addr, Timeouts: redisx.Timeouts{Dial: 200 * time.Millisecond}})
	s.t.Cleanup(func() { c.Close() })
	for deadline := time.Now().Add(10 * time.Second); c.Ping(s.t.Context()).Err() != nil; {
		if time.Now().After(deadline) {
			s.t.Fatal("redis-server does not answer")
		}
		<-time.After(10 * time.Millisecond)
	}
	return c
}
