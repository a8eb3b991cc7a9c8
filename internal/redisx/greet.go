package redisx

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
)

// Greet opens one connection, asks PING, and closes it. It tells what the server showed in the TLS handshake, nothing without TLS.
// An error says where it ended: no connection, no handshake, no greeting, or another reply than PONG. A server that demands a
// certificate says so only after the handshake of TLS 1.3, so that a refusal may come as a greeting without an answer.
func Greet(ctx context.Context, o Options) (tls.ConnectionState, error) {
	var shown tls.ConnectionState
	if o.TLS != nil {
		o.TLS = o.TLS.Clone()
		o.TLS.VerifyConnection = func(s tls.ConnectionState) error {
			shown = s
			return nil
		}
	}
	c := NewClient(o)
	pong, err := c.Ping(ctx).Result()
	if err == nil && pong != "PONG" {
		err = fmt.Errorf("PING answered %q", pong)
	}
	return shown, errors.Join(err, c.Close())
}
