package redisx

import (
	"context"
	"fmt"
	"net"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// Role is the answer to ROLE: what the server believes it is, right now.
type Role struct {
	Kind     string            // master, slave or sentinel, in the server's own word
	Offset   int64             // bytes of the replication stream; for a slave that is not synchronized, -1
	Replicas []AttachedReplica // of a master
	Primary  string            // host:port that a slave follows
	Link     string            // of a slave: connect, connecting, handshake, sync or connected
	Watches  []string          // names of the masters that a sentinel watches
}

// AttachedReplica is a replica as its master's ROLE lists it.
type AttachedReplica struct {
	Addr   string // host:port
	Offset int64  // bytes it acknowledged
}

// ReadRole asks a server for its ROLE.
func ReadRole(ctx context.Context, client redis.UniversalClient) (Role, error) {
	reply, err := client.Do(ctx, "ROLE").Result()
	if err != nil {
		return Role{}, fmt.Errorf("ROLE: %w", err)
	}
	return ParseRole(reply)
}

// ParseRole reads the reply to ROLE as go-redis decodes it; any other shape is an error that shows it.
func ParseRole(reply any) (Role, error) {
	list, _ := reply.([]any)
	r := replyReader{list: list}
	role := Role{Kind: r.text(0)}
	switch role.Kind {
	case "master":
		role.Offset = r.number(1)
		for i := range r.sub(2) {
			one := r.inner(2, i)
			role.Replicas = append(role.Replicas, AttachedReplica{net.JoinHostPort(one.text(0), one.text(1)), one.number(2)})
			r.bad = r.bad || one.bad
		}
	case "slave":
		role.Primary = net.JoinHostPort(r.text(1), r.text(2))
		role.Link = r.text(3)
		role.Offset = r.number(4)
	case "sentinel":
		for i := range r.sub(1) {
			names := replyReader{list: r.sub(1)}
			role.Watches = append(role.Watches, names.text(i))
			r.bad = r.bad || names.bad
		}
	default:
		r.bad = true
	}
	if r.bad {
		return Role{}, fmt.Errorf("ROLE answered %v, which is no role", reply)
	}
	return role, nil
}

// replyReader takes a nested reply apart and remembers that something did not fit.
type replyReader struct {
	list []any
	bad  bool
}

func (r *replyReader) at(i int) any {
	if i >= len(r.list) {
		r.bad = true
		return nil
	}
	return r.list[i]
}

// text accepts numbers too: ROLE gives ports as strings of a master's replicas, and as integers of a slave's master.
func (r *replyReader) text(i int) string {
	switch v := r.at(i).(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	r.bad = true
	return ""
}

func (r *replyReader) number(i int) int64 {
	n, err := strconv.ParseInt(r.text(i), 10, 64)
	r.bad = r.bad || err != nil
	return n
}

func (r *replyReader) sub(i int) []any {
	list, ok := r.at(i).([]any)
	r.bad = r.bad || !ok
	return list
}

func (r *replyReader) inner(i, j int) replyReader {
	list, ok := r.sub(i)[j].([]any)
	return replyReader{list: list, bad: !ok}
}
