package redisx

import (
	"context"
	"net"

	"golang.org/x/net/proxy"
)

// Relay dials through the SOCKS5 server at addr, which resolves the names: a host outside the cluster reaches Services and pods
// by the names Redis announces. Its errors are *DialError and tell a relay that is gone from a target that is.
func Relay(addr string) Dialer {
	return func(ctx context.Context, network, target string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return nil, &DialError{Addr: target, Via: addr, Reason: RelayDown, Err: err}
		}
		if err := ask(ctx, conn, socksRequest{addr, network, target}); err != nil {
			conn.Close()
			return nil, &DialError{Addr: target, Via: addr, Reason: reasonOf(err), Err: err}
		}
		return conn, nil
	}
}

type socksRequest struct{ relay, network, target string }

// ask has the relay connect an open connection to the target. The plain connection stays in our hands, unlike with the
// library's DialContext, whose wrapper hides the socket.
func ask(ctx context.Context, conn net.Conn, r socksRequest) error {
	socks, err := proxy.SOCKS5("tcp", r.relay, nil, nil)
	if err != nil {
		return err
	}
	onConn, ok := socks.(interface {
		DialWithConn(ctx context.Context, c net.Conn, network, address string) (net.Addr, error)
	})
	if !ok { // pinned by TestRelay: only another version of x/net can bring this about
		return &net.OpError{Op: "socks", Err: net.UnknownNetworkError("x/net/proxy no longer dials on an open connection")}
	}
	_, err = onConn.DialWithConn(ctx, conn, r.network, r.target)
	return err
}
