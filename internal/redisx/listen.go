package redisx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	idle      = 500 * time.Millisecond // of silence, until a Sentinel is asked whether it is still there
	reconnect = 100 * time.Millisecond // between two attempts to listen
)

// Listener hears one Sentinel's events. Its functions are called one after the other.
type Listener struct {
	Options Options
	Name    string      // of the Sentinel in events; empty: Options.Addr
	Event   func(Event) // called for each event
	State   func(error) // nil error: it is listening from now on; else why it is not any more, or not yet. May be nil
}

// Listen delivers events until ctx ends. It dials by name again whenever the connection ends or the Sentinel keeps silent for a
// second; what is announced in between is not heard.
func (l Listener) Listen(ctx context.Context) {
	if l.Name == "" {
		l.Name = l.Options.Addr
	}
	if l.State == nil {
		l.State = func(error) {}
	}
	sockets := newLines()
	defer sockets.close()
	defer context.AfterFunc(ctx, sockets.close)() // go-redis does not end a read, nor a greeting, with the context
	client := l.client(sockets)
	defer client.Close()
	said := ""
	for ctx.Err() == nil {
		heard, err := l.once(ctx, client)
		if err.Error() != said || heard { // not the same ten times a second
			l.State(err)
			said = err.Error()
		}
		select {
		case <-ctx.Done():
		case <-time.After(reconnect):
		}
	}
}

func (l Listener) client(sockets *lines) *redis.Client {
	o := l.Options
	o.Timeouts.Dial = orElse(o.Timeouts.Dial, 2*idle)
	o.Timeouts.Read = orElse(o.Timeouts.Read, 2*idle)
	dial := o.Dialer()
	return o.client(func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		kept, ok := sockets.keep(conn, time.Now())
		if !ok {
			conn.Close()
			return nil, &DialError{Addr: addr, Reason: Other, Err: redis.ErrClosed}
		}
		return kept, nil
	}, nil)
}

// once listens on one connection until it fails; heard is whether it ever listened.
func (l Listener) once(ctx context.Context, client *redis.Client) (heard bool, err error) {
	pubsub := client.PSubscribe(ctx) // no connection yet
	defer func() { _ = pubsub.Close() }()
	if err := pubsub.PSubscribe(ctx, "*"); err != nil {
		return false, err
	}
	asked := false
	for {
		message, err := pubsub.ReceiveTimeout(ctx, idle)
		timeout, ok := errors.AsType[net.Error](err)
		switch {
		case err != nil && ok && timeout.Timeout() && !asked:
			asked = true
			if err := pubsub.Ping(ctx); err != nil {
				return heard, err
			}
			continue
		case err != nil:
			return heard, fmt.Errorf("no longer listening: %w", err)
		}
		asked = false
		switch m := message.(type) {
		case *redis.Subscription:
			heard = true
			l.State(nil)
		case *redis.Message:
			e := ParseEvent(m.Channel, m.Payload)
			e.At, e.Sentinel = time.Now(), l.Name
			l.Event(e)
		}
	}
}
