package monitor

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redisx"
)

const (
	patience = 3               // periods without an answer, until a target counts as silent
	giveUp   = 10              // periods until a question is given up and the connection with it
	forgiven = 10              // periods of silence between two equal answers that say more about the machine than about the target
	after    = time.Second     // of silence,
	seldom   = 4               // only each so many-th period asks: a name that does not resolve costs the cluster's DNS ten queries
	connect  = 1 * time.Second // for a dial, which goes on while samples say silent
)

// target is somebody who can be asked.
type target interface {
	ask(ctx context.Context) (Sample, error)
	silent(reason string) Sample
}

// poller asks one target over one connection, so that one that hangs does not slow the others.
type poller struct {
	client   *redis.Client
	every    time.Duration
	recorder *recorder
	asking   *sync.WaitGroup
}

func (m *Monitor) poller(o redisx.Options) poller {
	o.PoolSize = 1
	o.Timeouts = redisx.Timeouts{Dial: connect, Read: connect, Write: connect}
	return poller{redisx.NewClient(o), m.config.Every, m.recorder, &m.workers}
}

func (p poller) run(ctx context.Context, t target) {
	defer p.client.Close()
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	answered := time.Now()
	for n := 0; ; n++ {
		if n > 0 {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
		asked := time.Now()
		if asked.Sub(answered) > after && n%seldom != 0 {
			continue
		}
		if p.once(ctx, t) {
			answered = asked
		}
	}
}

// once asks one question and records what came of it. Who does not answer in time is silent since it was asked, but goes on being
// waited for: on a busy machine a new connection would only make it later.
func (p poller) once(ctx context.Context, t target) (answered bool) {
	asked, end := time.Now(), make(chan error, 1)
	var s Sample
	p.asking.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, giveUp*p.every)
		defer cancel()
		var err error
		s, err = t.ask(ctx)
		s.At = time.Now()
		end <- err
	})
	late := time.NewTimer(patience * p.every)
	defer late.Stop()
	for since := asked; ; {
		select {
		case <-ctx.Done():
			return false // what was cut short says nothing
		case <-late.C:
			p.silent(t, since, noAnswer)
			since = time.Now()
		case err := <-end:
			switch {
			case err == nil:
				p.recorder.sample(s)
			case ctx.Err() == nil:
				p.silent(t, since, reason(err))
			}
			return err == nil
		}
	}
}

func (p poller) silent(t target, since time.Time, why string) {
	s := t.silent(why)
	s.At = since
	p.recorder.sample(s)
}

const noAnswer = "no answer"

// reason is short, because it is part of the state: a new one each time would be a change each time.
func reason(err error) string {
	dial, isDial := errors.AsType[*redisx.DialError](err)
	if isDial {
		err = dial.Err
	}
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), ok && timeout.Timeout():
		return noAnswer
	case isDial:
		return string(dial.Reason)
	case redisx.IsReply(err):
		return redisx.Prefix(err)
	default:
		return "hung up"
	}
}

type serverTarget struct {
	name   string
	client *redis.Client
}

func (t *serverTarget) silent(why string) Sample { return Sample{Server: t.name, Silent: why} }

func (t *serverTarget) ask(ctx context.Context) (Sample, error) {
	role, err := redisx.ReadRole(ctx, t.client)
	if err != nil {
		return Sample{}, err
	}
	s := Sample{Server: t.name, Role: role.Kind, Offset: role.Offset, Primary: role.Primary, Link: role.Link}
	if role.Kind == "slave" && role.Offset < 0 { // without its link, ROLE has forgotten how far it got; INFO has not
		text, err := t.client.Info(ctx, "replication").Result()
		if err != nil {
			return Sample{}, err
		}
		info, err := redisx.ParseInfo(text)
		if err != nil {
			return Sample{}, err
		}
		if s.Offset = info.Replication.ReplicaOffset; info.Role == "master" { // promoted between the two questions
			s = Sample{Server: t.name, Role: info.Role, Offset: info.Replication.Offset}
		}
	}
	return s, nil
}

type sentinelTarget struct {
	name   string
	client *redis.Client
	set    string
	named  string // last
	epoch  int64  // in which it was named, 0 until it is known
}

func (t *sentinelTarget) silent(why string) Sample { return Sample{Sentinel: t.name, Silent: why} }

func (t *sentinelTarget) ask(ctx context.Context) (Sample, error) {
	addr, err := redisx.MasterAddr(ctx, t.client, t.set)
	if err != nil {
		return Sample{}, err
	}
	if addr != t.named {
		claim, err := redisx.ReadClaim(ctx, t.client, t.set)
		if err == nil {
			t.named, t.epoch = addr, claim.ConfigEpoch
		} else {
			t.epoch = 0 // asked again next time
		}
	}
	return Sample{Sentinel: t.name, Names: addr, Epoch: t.epoch}, nil
}
