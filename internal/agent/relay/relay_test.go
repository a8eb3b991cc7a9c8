package relay

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/proxy"
)

func start(t *testing.T) proxy.ContextDialer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Server{DialTimeout: 300 * time.Millisecond}.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve after cancel: %v", err)
		}
	})
	d, err := proxy.SOCKS5("tcp", l.Addr().String(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d.(proxy.ContextDialer)
}

func echo(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); _, _ = io.Copy(c, c) }()
		}
	}()
	return l
}

func TestCarriesBytesAndHalfClose(t *testing.T) {
	c, err := start(t).DialContext(t.Context(), "tcp", echo(t).Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "ping"); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4)
	if _, err := io.ReadFull(c, buf); err != nil || string(buf) != "ping" {
		t.Fatalf("read %q, %v", buf, err)
	}
	_ = c.Close()
}

func TestTellsRefusedFromUnknownName(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := closed.Addr().String()
	_ = closed.Close()
	for address, want := range map[string]string{
		addr:                   "refused",
		"no.such.invalid:6379": "host unreachable",
	} {
		_, err := start(t).DialContext(t.Context(), "tcp", address)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("dial %s: %v, want an error with %q", address, err, want)
		}
	}
}

func TestIgnoresOtherProtocols(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = Server{DialTimeout: time.Second}.Serve(ctx, l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\n\r\n")
	if got, err := io.ReadAll(c); len(got) != 0 {
		t.Fatalf("answered %q, %v to something that is not SOCKS5", got, err)
	}
}
