// Package relay answers: can a client outside the cluster reach this address from inside it?
//
// It is a SOCKS5 server (RFC 1928, CONNECT only). The Go libraries for it are unmaintained or bring a whole VPN along,
// and a test needs the reply codes exact: refused, timed out and unknown name are different findings. It runs inside
// the cluster and must not import any other package of this project.
package relay

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"time"
)

// Reply codes of RFC 1928 as this relay uses them.
const (
	succeeded          = 0x00
	generalFailure     = 0x01
	networkUnreachable = 0x03
	unknownHost        = 0x04 // the name does not resolve
	refused            = 0x05
	timedOut           = 0x06 // no answer within the dial timeout: typically a dropped packet
	unsupported        = 0x07
	badAddress         = 0x08
)

// Server relays connections. Dial defaults to a net.Dialer with the given timeout.
type Server struct {
	DialTimeout time.Duration
}

// Serve accepts until ctx ends or the listener fails.
func (s Server) Serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("relay: %w", err)
		}
		wg.Go(func() { s.handle(ctx, conn) })
	}
}

func (s Server) handle(ctx context.Context, client net.Conn) {
	defer client.Close()
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer stop()
	address, code, err := negotiate(client)
	if err != nil {
		if code != succeeded {
			_ = reply(client, code)
		}
		return
	}
	d := net.Dialer{Timeout: s.DialTimeout}
	target, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		_ = reply(client, codeOf(err))
		return
	}
	defer target.Close()
	if err := reply(client, succeeded); err != nil {
		return
	}
	splice(client, target)
}

// splice copies both ways until both are done, passing a half-close on.
func splice(a, b net.Conn) {
	var wg sync.WaitGroup
	for _, p := range [][2]net.Conn{{a, b}, {b, a}} {
		wg.Go(func() {
			_, err := io.Copy(p[0], p[1])
			if tcp, ok := p[0].(*net.TCPConn); ok && err == nil {
				_ = tcp.CloseWrite()
				return
			}
			_ = a.Close()
			_ = b.Close()
		})
	}
	wg.Wait()
}

// negotiate reads greeting and request and gives host:port, or the reply code to refuse with.
func negotiate(c net.Conn) (string, byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return "", succeeded, err
	}
	if head[0] != 5 {
		return "", succeeded, fmt.Errorf("not SOCKS5: first byte %d", head[0])
	}
	if _, err := io.CopyN(io.Discard, c, int64(head[1])); err != nil {
		return "", succeeded, err
	}
	if _, err := c.Write([]byte{5, 0}); err != nil { // no authentication
		return "", succeeded, err
	}
	var request [4]byte
	if _, err := io.ReadFull(c, request[:]); err != nil {
		return "", succeeded, err
	}
	if request[1] != 1 {
		return "", unsupported, errors.New("only CONNECT is supported")
	}
	host, err := readHost(c, request[3])
	if err != nil {
		return "", badAddress, err
	}
	var port [2]byte
	if _, err := io.ReadFull(c, port[:]); err != nil {
		return "", succeeded, err
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port[:])))), succeeded, nil
}

func readHost(c io.Reader, kind byte) (string, error) {
	size := map[byte]int{1: net.IPv4len, 4: net.IPv6len}[kind]
	if kind == 3 {
		var n [1]byte
		if _, err := io.ReadFull(c, n[:]); err != nil {
			return "", err
		}
		size = int(n[0])
	}
	if size == 0 {
		return "", fmt.Errorf("address type %d is not known", kind)
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(c, raw); err != nil {
		return "", err
	}
	if kind == 3 {
		return string(raw), nil
	}
	return net.IP(raw).String(), nil
}

func reply(c net.Conn, code byte) error {
	_, err := c.Write([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0})
	return err
}

func codeOf(err error) byte {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return unknownHost
	case errors.Is(err, errRefused):
		return refused
	case errors.Is(err, errUnreachable):
		return networkUnreachable
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return timedOut
	}
	return generalFailure
}
