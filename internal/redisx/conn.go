package redisx

import (
	"net"
	"syscall"
	"time"
)

// asked is the address a caller dialled, before any relay or name resolution.
type asked struct{ network, addr string }

func (a asked) Network() string { return a.network }
func (a asked) String() string  { return a.addr }

// namedConn reports the address that was asked for as its peer.
type namedConn struct {
	net.Conn
	peer  asked
	ended func() // when it is closed; may be nil
}

func (c namedConn) RemoteAddr() net.Addr { return c.peer }

func (c namedConn) Close() error {
	if c.ended != nil {
		c.ended()
	}
	return c.Conn.Close()
}

// below is the socket, without any TLS.
func (c namedConn) below() net.Conn {
	if secure, ok := c.Conn.(interface{ NetConn() net.Conn }); ok {
		return secure.NetConn()
	}
	return c.Conn
}

// plainConn also shows its socket, so that go-redis notices a connection that the server closed while it lay idle. A TLS
// connection must not: a pending TLS record looks like an unexpected reply there.
type plainConn struct {
	namedConn
	socket syscall.Conn
}

func (c plainConn) SyscallConn() (syscall.RawConn, error) { return c.socket.SyscallConn() }

func named(conn net.Conn, peer asked) net.Conn {
	if socket, ok := conn.(syscall.Conn); ok {
		return plainConn{namedConn{Conn: conn, peer: peer}, socket}
	}
	return namedConn{Conn: conn, peer: peer}
}

// broken stands for a connection that could not be opened: reading and writing give the dial's error.
type broken struct {
	peer asked
	err  error
}

func (b broken) Read([]byte) (int, error)         { return 0, b.err }
func (b broken) Write([]byte) (int, error)        { return 0, b.err }
func (b broken) Close() error                     { return nil }
func (b broken) LocalAddr() net.Addr              { return b.peer }
func (b broken) RemoteAddr() net.Addr             { return b.peer }
func (b broken) SetDeadline(time.Time) error      { return nil }
func (b broken) SetReadDeadline(time.Time) error  { return nil }
func (b broken) SetWriteDeadline(time.Time) error { return nil }
