package topology

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/redisx"
)

// askLimit bounds one question to one Sentinel: it answers from memory, so more means that it is stopped or cut off.
const askLimit = time.Second

// Options dial the Service that clients write through, with the release's password. With Sentinel that Service has every
// server behind it; use Client to write.
func (d *Deployment) Options() redisx.Options {
	host := fmt.Sprintf("%s.%s.svc.cluster.local", d.Dialect.PrimaryService(), d.Namespace)
	return redisx.Options{
		Addr: net.JoinHostPort(host, strconv.Itoa(redisPort)), Password: d.Password, TLS: d.TLS, Dial: d.Road,
		Timeouts: redisx.Timeouts{Dial: 2 * time.Second, Read: 5 * time.Second, Write: 5 * time.Second},
	}
}

// Sentinels is how clients find the master: by every Sentinel's own name, so that no Service blurs who answered.
func (d *Deployment) Sentinels() redisx.Sentinels {
	watch, _ := d.Dialect.Sentinel()
	s := redisx.Sentinels{MasterSet: watch.MasterSet, Options: d.Options()}
	s.Options.Timeouts = redisx.Timeouts{Dial: askLimit, Read: askLimit, Write: askLimit}
	for _, pod := range d.Dialect.Servers() {
		s.Addrs = append(s.Addrs, d.address(string(pod), watch.Port))
	}
	return s
}

// Client talks to the primary the way clients do: through its Service, or, with Sentinel, to the master that it names.
// Close ends it.
func (d *Deployment) Client() *redis.Client { return d.Open(redisx.Timeouts{}) }

// Open is Client with other limits; a zero field keeps the usual one.
func (d *Deployment) Open(t redisx.Timeouts) *redis.Client {
	c := d.open(t)
	d.closes(c)
	return c.Client
}

// client is a client with whatever has to be closed with it.
type client struct {
	*redis.Client
	io.Closer
}

func (c client) Close() error { return c.Closer.Close() }

func (d *Deployment) open(t redisx.Timeouts) client {
	o := d.Options()
	if t != (redisx.Timeouts{}) {
		o.Timeouts = t
	}
	if _, on := d.Dialect.Sentinel(); on {
		c := redisx.NewPrimaryClient(o, d.Sentinels())
		return client{c.Client, c}
	}
	c := redisx.NewClient(o)
	return client{c, c}
}

// Direct talks to one member, Ready or not, without a Service in between; Close ends it. Each server process has one client.
func (d *Deployment) Direct(m Member) *redis.Client {
	o := d.Options()
	o.Addr = m.Address
	return d.once(m.Incarnation(), o)
}

// Sentinel talks to the Sentinel in a pod; Close ends it. A pod that was replaced keeps its name, so the client stays.
func (d *Deployment) Sentinel(pod cluster.PodName) *redis.Client {
	watch, _ := d.Dialect.Sentinel()
	o := d.Sentinels().Options
	o.Addr = d.address(string(pod), watch.Port)
	return d.once("sentinel of "+string(pod), o)
}

func (d *Deployment) once(process string, o redisx.Options) *redis.Client {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.direct == nil {
		d.direct = map[string]*redis.Client{}
	}
	c := d.direct[process]
	if c == nil {
		c = redisx.NewClient(o)
		d.direct[process] = c
		d.clients = append(d.clients, c)
	}
	return c
}

// Dial opens a client that Close ends.
func (d *Deployment) Dial(o redisx.Options) *redis.Client {
	c := redisx.NewClient(o)
	d.closes(c)
	return c
}

func (d *Deployment) closes(c io.Closer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clients = append(d.clients, c)
}

// Close ends every client of this deployment.
func (d *Deployment) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var first error
	for _, c := range d.clients {
		if err := c.Close(); err != nil && first == nil {
			first = err
		}
	}
	d.clients, d.direct = nil, nil
	return first
}
