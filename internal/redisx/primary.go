package redisx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// settling is how long after the first Sentinel the last one may hear of a switch.
const settling = 10 * time.Second

// PrimaryClient is a client of whatever server the Sentinels name: it asks them before every dial, hands out a connection only
// when the server at its end says that it is a master, and hangs up on the old primary as soon as one Sentinel announces a
// switch. A command that was under way then ends with an error that is neither a reply nor a *DialError: it may have been applied.
type PrimaryClient struct {
	*redis.Client
	options Options
	finder  *finder
	lines   *lines
	named   atomic.Value // string, the address dialled last

	announcer atomic.Int64 // the Sentinel that announced a switch last

	mu      sync.Mutex
	closed  bool
	life    context.Context // from the first dial to Close; nil before
	stop    context.CancelFunc
	running sync.WaitGroup // listeners and dials
}

// NewPrimaryClient builds a client that does each thing once, as NewClient does. It does not connect: with the first command it
// begins to listen to the Sentinels, until Close. Options.Addr is not used. A dial, the question to the Sentinels included, takes
// Timeouts.Dial at most; when no Sentinel names a server, or the server is no master, it is a *DialError.
func NewPrimaryClient(o Options, s Sentinels) *PrimaryClient {
	o.Addr = "primary of " + s.MasterSet // as errors call it
	p := &PrimaryClient{options: o, finder: newFinder(s), lines: newLines(), stop: func() {}}
	p.named.Store(o.Addr)
	p.Client = o.client(p.dial, p.verify)
	return p
}

// Close ends all connections, those to the Sentinels too, and returns when nothing runs any more.
func (p *PrimaryClient) Close() error {
	p.mu.Lock()
	p.closed = true
	p.stop()
	p.mu.Unlock()
	err := p.Client.Close()
	p.lines.close()
	p.running.Wait()
	p.finder.close()
	return err
}

func (p *PrimaryClient) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	life, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer p.running.Done()
	ctx, cancel := context.WithTimeout(ctx, orElse(p.options.Timeouts.Dial, 2*time.Second))
	defer cancel()
	defer context.AfterFunc(life, cancel)()
	asked := time.Now()
	addr, err := p.find(ctx)
	if err != nil {
		return nil, &DialError{Addr: p.options.Addr, Reason: NoPrimary, Err: err}
	}
	p.named.Store(addr)
	conn, err := p.options.Dialer()(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	kept, ok := p.lines.keep(conn, asked)
	if !ok {
		conn.Close()
		return nil, &DialError{Addr: addr, Reason: NotPrimary, Err: errors.New("a switch to another was announced meanwhile")}
	}
	return kept, nil
}

// find asks the Sentinels. One that still names whom another announced to be the past has not heard of it yet: the other one is asked.
func (p *PrimaryClient) find(ctx context.Context) (string, error) {
	addr, err := p.finder.primary(ctx)
	if err == nil && p.lines.leftWithin(addr, settling) {
		if a := p.finder.ask(ctx, int(p.announcer.Load())); a.err == nil {
			addr = a.primary
		}
	}
	return addr, err
}

// verify refuses a server that a Sentinel takes for the primary and that does not: nothing of the caller's was sent to it.
func (p *PrimaryClient) verify(ctx context.Context, conn *redis.Conn) error {
	reply, err := conn.Do(ctx, "ROLE").Result()
	addr := p.named.Load().(string)
	if err != nil {
		if IsReply(err) {
			return err
		}
		return peelable(&DialError{Addr: addr, Reason: NoGreeting, Err: fmt.Errorf("ROLE: %w", err)})
	}
	role, err := ParseRole(reply)
	if err == nil && role.Kind != "master" {
		err = fmt.Errorf("a Sentinel names it, and it says it is a %s of %s", role.Kind, role.Primary)
	}
	if err != nil {
		return peelable(&DialError{Addr: addr, Reason: NotPrimary, Err: err})
	}
	return nil
}

// enter counts a dial as running, and with the first one begins to listen. The dial's context is not to end the listening.
func (p *PrimaryClient) enter(ctx context.Context) (life context.Context, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, &DialError{Addr: p.options.Addr, Reason: Other, Err: redis.ErrClosed}
	}
	p.running.Add(1)
	if p.life != nil {
		return p.life, nil
	}
	p.life, p.stop = context.WithCancel(context.WithoutCancel(ctx))
	for i, addr := range p.finder.sentinels.Addrs {
		l := Listener{Options: p.finder.sentinels.at(addr), Event: func(e Event) { p.heed(i, e) }}
		p.running.Go(func() { l.Listen(p.life) })
	}
	return p.life, nil
}

func (p *PrimaryClient) heed(sentinel int, e Event) {
	if e.Name == "+switch-master" && e.Set == p.finder.sentinels.MasterSet && e.From != "" {
		p.announcer.Store(int64(sentinel))
		p.finder.first.Store(int64(sentinel))
		p.lines.cut(e.From)
	}
}
