package harness

import (
	"crypto/tls"
	"net"
	"testing"
	"time"

	"redis-e2e/internal/redisx"
)

func TestAServerThatStandsStillRefusesNobody(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts in the kernel and never speaks
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	hanging := hangUp(t)
	soon := redisx.Timeouts{Dial: 100 * time.Millisecond, Read: 100 * time.Millisecond, Write: 100 * time.Millisecond}
	for name, config := range map[string]*tls.Config{"plaintext": nil, "TLS": {ServerName: "redis"}} {
		for address, want := range map[string]bool{silent.Addr().String(): false, hanging: true} {
			_, err := redisx.Greet(t.Context(), redisx.Options{Addr: address, TLS: config, Timeouts: soon})
			if got := deniedByTLS(err); err == nil || got != want {
				t.Errorf("%s: got a refusal: %v, want %v; the error was %v", name, got, want, err)
			}
		}
	}
}

// hangUp is the address of a server that ends every connection once it has read something.
func hangUp(t *testing.T) string {
	t.Helper()
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { on.Close() })
	go func() {
		for {
			conn, err := on.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 512))
			conn.Close()
		}
	}()
	return on.Addr().String()
}
