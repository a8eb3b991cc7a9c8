package redisx

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

func polite(command string) string {
	switch {
	case strings.HasPrefix(command, "HELLO"):
		return "-ERR unknown command 'HELLO'"
	case strings.HasPrefix(command, "PING"):
		return "+PONG"
	}
	return "+OK"
}

func TestRelay(t *testing.T) {
	server := serve(t, listen(t, "127.0.0.1:0"), polite)
	relay := Relay(fakeRelay(t, 0, server.Addr().String()))
	dial := Options{Dial: relay}.Dialer()
	conn, err := dial(t.Context(), "tcp", "r-redis-master:6379")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := conn.RemoteAddr().String(); got != "r-redis-master:6379" {
		t.Errorf("the peer must be the address asked for, got %s", got)
	}
	if _, ok := conn.(syscall.Conn); !ok {
		t.Error("the socket must show through, or go-redis cannot see that an idle connection died")
	}
	client := NewClient(Options{Addr: "r-redis-master:6379", Dial: relay})
	defer client.Close()
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Error(err)
	}
}

func TestDialErrorsAreReadable(t *testing.T) {
	gone := listen(t, "127.0.0.1:0")
	gone.Close()
	down := gone.Addr().String()
	for want, dial := range map[string]Dialer{
		"dial db:6379 through relay R: refused":                     Relay(fakeRelay(t, 5, "")),
		"dial db:6379 through relay R: timed out":                   Relay(fakeRelay(t, 6, "")),
		"dial db:6379 through relay R: no such host":                Relay(fakeRelay(t, 4, "")),
		"dial db:6379 through relay R: no route to it":              Relay(fakeRelay(t, 3, "")),
		"dial db:6379 through relay R: the relay's rules forbid it": Relay(fakeRelay(t, 2, "")),
		"dial db:6379 through relay R: failed: socks connect":       Relay(fakeRelay(t, 1, "")),
		"dial db:6379 through relay R: the relay cannot be reached": Relay(down),
		"dial db:6379: refused": func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, down)
		},
		"dial db:6379: no such host": func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}
		},
	} {
		_, err := Options{Dial: dial}.Dialer()(t.Context(), "tcp", "db:6379")
		is, ok := errors.AsType[*DialError](err)
		if !ok {
			t.Errorf("got %v, want a DialError: %s", err, want)
		} else if got := strings.ReplaceAll(err.Error(), "relay "+is.Via, "relay R"); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestARelayThatHangsIsTimedOut(t *testing.T) {
	on := listen(t, "127.0.0.1:0") // accepts in the kernel and never speaks
	defer on.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Relay(on.Addr().String())(ctx, "tcp", "db:6379")
	if dial, ok := errors.AsType[*DialError](err); !ok || dial.Reason != TimedOut || !dial.Timeout() {
		t.Errorf("got %v", err)
	}
}

func TestTLSIsDoneByTheDialer(t *testing.T) {
	https := httptest.NewUnstartedServer(nil)
	https.Config.ErrorLog = log.New(io.Discard, "", 0)
	https.StartTLS()
	defer https.Close()
	pool := x509.NewCertPool()
	pool.AddCert(https.Certificate()) // names example.com
	there := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, https.Listener.Addr().String())
	}
	dial := Options{Dial: there, TLS: &tls.Config{RootCAs: pool}}.Dialer()
	conn, err := dial(t.Context(), "tcp", "example.com:6379")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, ok := conn.(syscall.Conn); ok || conn.RemoteAddr().String() != "example.com:6379" {
		t.Errorf("a TLS connection must hide its socket (%v) and name its peer %s", ok, conn.RemoteAddr())
	}
	_, err = dial(t.Context(), "tcp", "r-redis-master:6379")
	wrong, ok := errors.AsType[x509.HostnameError](err)
	if !ok || wrong.Host != "r-redis-master" || !strings.Contains(err.Error(), "TLS handshake failed") {
		t.Errorf("a certificate for another name must be refused, got %v", err)
	}
}
