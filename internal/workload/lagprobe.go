package workload

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redisx"
)

// lagInFlight bounds the samples of a replica that wait for their answers: a slow road must not lower their number.
const lagInFlight = 8

// probe samples one replica.
type probe struct {
	sampler *LagSampler
	name    string
	client  redis.UniversalClient
	asking  sync.WaitGroup

	mu         sync.Mutex
	age, bytes histogram
	shown      time.Duration // newest heartbeat it showed
	offset     int64         // newest it named; a replica whose link is cut names none
	samples    int
	errors     int
	missing    int
	waited     int // of those missing, the ones that count as growing lag
	failure    string
}

// watch takes one sample per interval until ctx ends.
func (p *probe) watch(ctx context.Context) {
	interval := time.Second / time.Duration(p.sampler.config.Rate)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	defer p.asking.Wait()
	slots := make(chan struct{}, lagInFlight)
	first := p.sampler.now()
	for due := 0; ; due++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if passed := int((p.sampler.now() - first) / interval); passed > due+1 { // a ticker drops what a busy process does not take
			p.skipped(passed - due - 1)
			due = passed - 1
		}
		select {
		case slots <- struct{}{}:
			p.asking.Go(func() {
				p.sample(ctx)
				<-slots
			})
		default:
			p.unanswered(func() { p.missing, p.waited = p.missing+1, p.waited+1 })
		}
	}
}

func (p *probe) skipped(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.missing += n
}

// sample asks the replica first and then the primary, so that the difference of their offsets is never too small.
func (p *probe) sample(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, p.sampler.config.OpTimeout)
	defer cancel()
	r, err := p.ask(limited)
	if err == nil {
		r.primary, err = p.sampler.offset(limited)
	}
	if ctx.Err() != nil {
		return
	}
	if err == nil && r.primary < r.offset {
		err = fmt.Errorf("it is %d bytes ahead of the primary: they do not share a stream", r.offset-r.primary)
	}
	if err != nil {
		p.unanswered(func() { p.errors, p.failure = p.errors+1, err.Error() })
		return
	}
	p.answered(r)
}

// reading is one answered sample.
type reading struct {
	at, shown       time.Duration
	offset, primary int64
}

func (p *probe) ask(ctx context.Context) (reading, error) {
	pipe := p.client.Pipeline()
	get := pipe.Get(ctx, p.sampler.config.Key)
	ask := pipe.Do(ctx, "ROLE")
	_, _ = pipe.Exec(ctx) // its error is that of one of the replies, each of which is looked at
	at := p.sampler.now()
	if err := get.Err(); err != nil && !errors.Is(err, redis.Nil) {
		return reading{}, err
	}
	offset, err := offsetOf(ask, "slave")
	return reading{at: at, shown: shown(get.Val(), p.sampler.run), offset: offset}, err
}

// offsetOf reads the answer to ROLE of a server that must be of this kind.
func offsetOf(ask *redis.Cmd, kind string) (int64, error) {
	reply, err := ask.Result()
	if err != nil {
		return 0, fmt.Errorf("ROLE: %w", err)
	}
	role, err := redisx.ParseRole(reply)
	if err == nil && role.Kind != kind {
		err = fmt.Errorf("its ROLE says %s, not %s", role.Kind, kind)
	}
	return role.Offset, err
}

// answered takes in a sample. A replica without a link names no offset; it holds what it held when it last named one.
func (p *probe) answered(r reading) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.offset >= 0 {
		p.offset = r.offset
	}
	p.shown = max(p.shown, r.shown)
	p.samples++
	p.count(lagSample{p.name, r.at - r.shown, r.primary - p.offset, ""})
}

// unanswered counts the present moment as if the replica had shown once more what it showed last, for that is all that is known.
func (p *probe) unanswered(count func()) {
	p.sampler.mu.Lock()
	primary := p.sampler.primary
	p.sampler.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	failed := p.errors
	count()
	note := "missing"
	if p.errors > failed {
		note = p.failure
	}
	p.count(lagSample{p.name, p.sampler.now() - p.shown, max(0, primary-p.offset), note})
}

func (p *probe) count(s lagSample) {
	p.age.add(int64(s.age))
	p.bytes.add(s.bytes)
	if p.sampler.journal != nil {
		p.sampler.journal.note(func(line []byte, at time.Duration) []byte { return appendLag(line, at, s) })
	}
}

func (p *probe) lag(watched time.Duration) Lag {
	s := p.sampler
	l := Lag{Replica: p.name, Age: quantiles[time.Duration](&p.age), Bytes: quantiles[int64](&p.bytes), For: watched,
		Samples: p.samples, Errors: p.errors, Missing: p.missing, Rate: float64(p.samples) / watched.Seconds(),
		Heartbeats: s.beats, Pause: max(s.pause, watched-s.beaten), LastError: orElse(p.failure, s.failure), waited: p.waited}
	l.assume()
	return l
}
