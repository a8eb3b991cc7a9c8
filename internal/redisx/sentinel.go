package redisx

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/redis/go-redis/v9"
)

// Sentinels says which Sentinels watch a primary, under which name, and how they are reached.
type Sentinels struct {
	Addrs     []string // host:port of each, as the road resolves it
	MasterSet string   // the name they watch it under
	Options   Options  // of the Sentinels, not of what they watch; Addr is not used
}

// at gives the options for one of them.
func (s Sentinels) at(addr string) Options {
	o := s.Options
	o.Addr = addr
	return o
}

// MasterAddr asks one Sentinel for the host:port of the primary, as it announces it; a Sentinel that names none is an error.
func MasterAddr(ctx context.Context, sentinel redis.UniversalClient, set string) (string, error) {
	reply, err := sentinel.Do(ctx, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", set).Slice()
	if errors.Is(err, redis.Nil) {
		return "", fmt.Errorf("it watches no primary called %s", set)
	}
	if err != nil {
		return "", fmt.Errorf("SENTINEL GET-MASTER-ADDR-BY-NAME: %w", err)
	}
	r := replyReader{list: reply}
	addr := net.JoinHostPort(r.text(0), r.text(1))
	if r.bad {
		return "", fmt.Errorf("SENTINEL GET-MASTER-ADDR-BY-NAME answered %v, which is no address", reply)
	}
	return addr, nil
}

// CheckQuorum asks one Sentinel whether enough of them are usable to agree on a failover and to carry it out.
func CheckQuorum(ctx context.Context, sentinel redis.UniversalClient, set string) error {
	if err := sentinel.Do(ctx, "SENTINEL", "CKQUORUM", set).Err(); err != nil {
		return fmt.Errorf("SENTINEL CKQUORUM: %w", err)
	}
	return nil
}

// Failover has one Sentinel start a failover now, whether the primary is well or not; it is under way when this returns.
func Failover(ctx context.Context, sentinel redis.UniversalClient, set string) error {
	if err := sentinel.Do(ctx, "SENTINEL", "FAILOVER", set).Err(); err != nil {
		return fmt.Errorf("SENTINEL FAILOVER: %w", err)
	}
	return nil
}
