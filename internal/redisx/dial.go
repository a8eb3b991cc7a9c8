package redisx

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

// Dialer opens one connection to addr; its errors are *DialError.
type Dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// Dialer is the road of these options, TLS included, for clients that take a dialer of their own (go-redis' failover client
// among them). go-redis applies no TLSConfig beside a custom dialer, so the TLS is done here; and its failover client closes
// connections whose RemoteAddr is not the primary it asked for, so RemoteAddr is the address asked for, not the relay's.
func (o Options) Dialer() Dialer {
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, asDialError(addr, err)
		}
		if o.TLS != nil {
			return secured(ctx, conn, target{network, addr, o.TLS})
		}
		return named(conn, asked{network, addr}), nil
	}
}

type target struct {
	network, addr string
	config        *tls.Config
}

// secured does the TLS handshake on conn and closes it when that fails.
func secured(ctx context.Context, conn net.Conn, to target) (net.Conn, error) {
	config := to.config
	if config.ServerName == "" {
		host, _, err := net.SplitHostPort(to.addr)
		if err != nil {
			return nil, errors.Join(asDialError(to.addr, err), conn.Close())
		}
		config = config.Clone()
		config.ServerName = host
	}
	client := tls.Client(conn, config)
	if err := client.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, &DialError{Addr: to.addr, Reason: TLSFailed, Err: err}
	}
	return named(client, asked{to.network, to.addr}), nil
}

// deferred turns a failed dial into a connection whose first use fails with that error. go-redis' pool stops dialling after
// PoolSize failures and then probes once a second: a server back after 300 ms would be seen up to a second late, and every
// outage would be measured too long. A pool that never sees a failed dial never trips.
func deferred(dial Dialer) Dialer {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return broken{asked{network, addr}, peelable(err)}, nil
		}
		return conn, nil
	}
}

// peelable adds a layer, because go-redis strips one from whatever its greeting of a new connection fails with.
func peelable(err error) error { return fmt.Errorf("%w", err) }
