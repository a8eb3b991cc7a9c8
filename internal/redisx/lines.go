package redisx

import (
	"net"
	"sync"
	"time"
)

// lines keeps the open sockets by the address they were dialled at, so that those to a primary of the past can be cut. A socket
// is closed below any TLS, whose farewell could wait for a peer that hangs.
type lines struct {
	mu     sync.Mutex
	open   map[net.Conn]string
	left   map[string]time.Time // when a switch away from an address was last announced
	closed bool
}

func newLines() *lines {
	return &lines{open: map[net.Conn]string{}, left: map[string]time.Time{}}
}

// keep holds a connection until it is closed. It says no when a switch away from its address was announced after it was named,
// or when all is over.
func (l *lines) keep(conn net.Conn, named time.Time) (net.Conn, bool) {
	var inner *namedConn
	plain, isPlain := conn.(plainConn)
	if isPlain {
		inner = &plain.namedConn
	} else if secure, ok := conn.(namedConn); ok {
		inner = &secure
	} else {
		return conn, true // no connection of ours: there is nothing to cut
	}
	addr, socket := inner.peer.addr, inner.below()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.left[addr].After(named) {
		return nil, false
	}
	l.open[socket] = addr
	inner.ended = func() { l.drop(socket) }
	if isPlain {
		return plain, true
	}
	return *inner, true
}

func (l *lines) drop(socket net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, socket)
}

// cut closes all connections to addr, whoever waits on them.
func (l *lines) cut(addr string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left[addr] = time.Now()
	for socket, at := range l.open {
		if at == addr {
			socket.Close()
			delete(l.open, socket)
		}
	}
}

// leftWithin is true when a switch away from addr was announced no longer than d ago.
func (l *lines) leftWithin(addr string, d time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, ok := l.left[addr]
	return ok && time.Since(at) <= d
}

// close closes all connections, and lets none come any more.
func (l *lines) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for socket := range l.open {
		socket.Close()
	}
	clear(l.open)
}
