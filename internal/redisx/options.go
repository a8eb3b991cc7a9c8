package redisx

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Options says which server a client talks to, as whom, and over which road.
type Options struct {
	Addr     string      // host:port, as the road resolves it
	Username string      // empty: the default user
	Password string      // empty: no AUTH is sent
	TLS      *tls.Config // nil: plaintext; an empty ServerName is filled with the host of the dialled address
	Dial     Dialer      // nil: straight from this process; see Relay
	Timeouts Timeouts
	PoolSize int // connections at most, 0: ten per CPU
}

// Timeouts bounds what a client may wait for; a zero field takes the default named beside it.
type Timeouts struct {
	Dial  time.Duration // connect, TLS and SOCKS together; 2 s
	Read  time.Duration // one reply; 5 s
	Write time.Duration // one request; 5 s
}

// NewClient builds a client that does each thing once: no retried command, no retried dial, no command of its own but HELLO and
// AUTH. It does not connect; a dial that fails surfaces as a *DialError from the first command.
func NewClient(o Options) *redis.Client { return o.client(o.Dialer(), nil) }

// client dials with dial; greeted sees each new connection after HELLO and AUTH, and may refuse it.
func (o Options) client(dial Dialer, greeted func(context.Context, *redis.Conn) error) *redis.Client {
	client := redis.NewClient(&redis.Options{
		Addr:                  o.Addr,
		Username:              o.Username,
		Password:              o.Password,
		Dialer:                deferred(dial),
		OnConnect:             greeted,
		Protocol:              2,  // no push frame can come between a write and its acknowledgement
		MaxRetries:            -1, // a retry would blur which attempt was acknowledged
		DialerRetries:         1,  // the library's five attempts would hide 400 ms of an outage
		DialTimeout:           orElse(o.Timeouts.Dial, 2*time.Second),
		ReadTimeout:           orElse(o.Timeouts.Read, 5*time.Second),
		WriteTimeout:          orElse(o.Timeouts.Write, 5*time.Second),
		ContextTimeoutEnabled: true, // or a deadline on the context would not bound the reply
		PoolSize:              o.PoolSize,
		DisableIdentity:       true, // CLIENT SETINFO may be renamed or forbidden by an ACL
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	})
	client.AddHook(handshake{addr: o.Addr})
	return client
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}
