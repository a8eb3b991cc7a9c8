package redisx

import (
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// realServer starts a Redis whose redis.conf is conf and gives its address. To be replaced by the container of the run's image:
// as long as it is not, a machine without redis-server skips.
func realServer(t *testing.T, conf string) string {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server on this machine")
	}
	on := listen(t, "127.0.0.1:0")
	addr := on.Addr().String()
	on.Close()
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command(binary, "-", "--port", port, "--dir", t.TempDir(), "--logfile", "redis.log")
	cmd.Stdin = strings.NewReader(conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		client := NewClient(Options{Addr: addr})
		_, err = client.Ping(t.Context()).Result()
		client.Close()
		if err == nil || IsReply(err) {
			return addr
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Fatalf("redis-server at %s never answered: %v", addr, err)
	return ""
}
