package redisx

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

func TestACutLine(t *testing.T) {
	for name, wrap := range map[string]func(net.Conn) net.Conn{
		"plain":            func(c net.Conn) net.Conn { return c },
		"TLS, not greeted": func(c net.Conn) net.Conn { return tls.Client(c, &tls.Config{ServerName: "x"}) },
	} {
		t.Run(name, func(t *testing.T) {
			near, far := net.Pipe() // a farewell would wait for somebody to read it
			l := newLines()
			named := time.Now()
			conn, ok := l.keep(namedConn{Conn: wrap(near), peer: asked{"tcp", "old:1"}}, named)
			if !ok {
				t.Fatal("nothing was announced")
			}
			l.cut("other:1")
			if len(l.open) != 1 {
				t.Fatal("another's switch cut it")
			}
			l.cut("old:1")
			if _, err := far.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("the far end reads %v", err)
			}
			if _, err := conn.Write([]byte("x")); err == nil {
				t.Error("it can be written to")
			}
			if _, ok := l.keep(conn, named); ok {
				t.Error("what was named before the switch is kept after it")
			}
			if _, ok := l.keep(conn, time.Now()); !ok {
				t.Error("what is named after the switch is not kept")
			}
			conn.Close()
			if l.close(); len(l.open) != 0 {
				t.Errorf("left: %v", l.open)
			}
			if _, ok := l.keep(conn, time.Now()); ok {
				t.Error("after the end something was kept")
			}
		})
	}
}

func TestAClosedLineIsForgotten(t *testing.T) {
	near, _ := net.Pipe()
	l := newLines()
	conn, _ := l.keep(named(near, asked{"tcp", "a:1"}), time.Now())
	conn.Close()
	if len(l.open) != 0 {
		t.Errorf("left: %v", l.open)
	}
}
