package redisx

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// stagger is how long one Sentinel may keep silent before the next is asked as well.
const stagger = 40 * time.Millisecond

// finder asks Sentinels for the primary, over connections that it keeps.
type finder struct {
	sentinels Sentinels
	clients   []*redis.Client // in the order of sentinels.Addrs
	first     atomic.Int64    // whom to ask first: who answered last, or announced a switch
	asking    sync.WaitGroup
}

func newFinder(s Sentinels) *finder {
	f := &finder{sentinels: s}
	for _, addr := range s.Addrs {
		o := s.at(addr)
		o.Timeouts.Dial = orElse(o.Timeouts.Dial, 250*time.Millisecond)
		o.Timeouts.Read = orElse(o.Timeouts.Read, 250*time.Millisecond)
		o.Timeouts.Write = orElse(o.Timeouts.Write, 250*time.Millisecond)
		f.clients = append(f.clients, NewClient(o))
	}
	return f
}

type answer struct {
	from    int
	primary string
	err     error
}

// primary is what the first Sentinel to answer names. When none does, the error holds each one's reason.
func (f *finder) primary(ctx context.Context) (string, error) {
	n := len(f.clients)
	if n == 0 {
		return "", errors.New("no sentinel is known")
	}
	answers := make(chan answer, n)
	first, asked := int(f.first.Load()), 0
	next := time.NewTimer(0)
	defer next.Stop()
	failed := map[int]error{}
	for len(failed) < n {
		select {
		case <-ctx.Done():
			return "", f.reasons(failed, ctx.Err())
		case <-next.C:
			if asked < n {
				i := (first + asked) % n
				f.asking.Go(func() { answers <- f.ask(ctx, i) })
				asked++
				next.Reset(stagger)
			}
		case a := <-answers:
			if a.err == nil {
				f.first.Store(int64(a.from))
				return a.primary, nil
			}
			failed[a.from] = a.err
			next.Reset(0)
		}
	}
	return "", f.reasons(failed, nil)
}

// reasons says of each Sentinel why it named nobody.
func (f *finder) reasons(failed map[int]error, otherwise error) error {
	var all []string
	for i, addr := range f.sentinels.Addrs {
		err := failed[i]
		if err == nil {
			err = otherwise
		}
		all = append(all, fmt.Sprintf("sentinel %s: %v", addr, err))
	}
	return errors.New(strings.Join(all, "; "))
}

func (f *finder) ask(ctx context.Context, i int) answer {
	primary, err := MasterAddr(ctx, f.clients[i], f.sentinels.MasterSet)
	return answer{i, primary, err}
}

func (f *finder) close() {
	for _, c := range f.clients {
		c.Close()
	}
	f.asking.Wait()
}
