package redisx

import (
	"context"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// Claim is what one Sentinel says about the primary it watches. Addresses are host:port as this Sentinel announces them.
type Claim struct {
	Sentinel        string // its id, which outlives its process as long as its configuration file does
	Set             string // the name of the primary it watches
	Master          string // address
	MasterRunID     string // changes with every start of the primary's process; empty until INFO was read
	Flags           Flags
	ConfigEpoch     int64 // grows with every failover
	Quorum          int
	NumReplicas     int           // that it has ever seen and not been told to forget
	NumOthers       int           // Sentinels besides itself, likewise
	DownAfter       time.Duration // of silence until s_down
	FailoverTimeout time.Duration
	FailoverState   string // of a failover under way (wait_start, select_slave …), else empty
	Replicas        []WatchedReplica
	Others          []OtherSentinel
}

// WatchedReplica is a replica as one Sentinel sees it.
type WatchedReplica struct {
	Addr     string // host:port
	RunID    string
	Flags    Flags
	Priority int    // 0: never promoted
	Offset   int64  // bytes, as of the last INFO: up to 10 s ago
	LinkUp   bool   // to its primary, as of the last INFO
	Primary  string // host:port it follows; empty until INFO was read
}

// OtherSentinel is another Sentinel as one Sentinel sees it.
type OtherSentinel struct {
	ID    string
	Addr  string // host:port
	Flags Flags
}

// Flags are the words Sentinel uses for an instance: master, slave, sentinel, s_down, o_down, disconnected …
type Flags []string

// Has is true for a flag that is set.
func (f Flags) Has(flag string) bool { return slices.Contains(f, flag) }

// Healthy is true when nothing holds the instance for down, cut off, or in the middle of a failover.
func (f Flags) Healthy() bool {
	for _, bad := range []string{"s_down", "o_down", "disconnected", "failover_in_progress", "force_failover", "master_down", "reconf_sent", "reconf_inprog"} {
		if f.Has(bad) {
			return false
		}
	}
	return true
}

// Vote is this claim as one of all Sentinels' votes.
func (c Claim) Vote(sentinel string) Vote { return Vote{sentinel, c.Master} }

// ReadClaim asks one Sentinel for everything it knows about a primary; a Sentinel that does not watch it is an error.
func ReadClaim(ctx context.Context, sentinel redis.UniversalClient, set string) (Claim, error) {
	replies := map[string]any{}
	for _, question := range []string{"MYID", "MASTER", "REPLICAS", "SENTINELS"} {
		args := []any{"SENTINEL", question, set}
		if question == "MYID" {
			args = args[:2]
		}
		reply, err := sentinel.Do(ctx, args...).Result()
		if err != nil {
			return Claim{}, fmt.Errorf("SENTINEL %s: %w", question, err)
		}
		replies[question] = reply
	}
	return parseClaim(replies)
}

func parseClaim(replies map[string]any) (Claim, error) {
	f, err := pairs(replies["MASTER"])
	if err != nil {
		return Claim{}, fmt.Errorf("SENTINEL MASTER: %w", err)
	}
	id, _ := replies["MYID"].(string)
	c := Claim{
		Sentinel: id, Set: f.must("name"), Master: f.addr("ip", "port"), MasterRunID: f.text("runid"), Flags: f.flags(),
		ConfigEpoch: f.number("config-epoch"), Quorum: int(f.number("quorum")),
		NumReplicas: int(f.number("num-slaves")), NumOthers: int(f.number("num-other-sentinels")),
		DownAfter: f.millis("down-after-milliseconds"), FailoverTimeout: f.millis("failover-timeout"),
		FailoverState: f.text("failover-state"),
	}
	if f.err != nil {
		return Claim{}, fmt.Errorf("SENTINEL MASTER: %w", f.err)
	}
	err = each(replies["REPLICAS"], func(f *fields) {
		r := WatchedReplica{
			Addr: f.addr("ip", "port"), RunID: f.text("runid"), Flags: f.flags(), Priority: int(f.number("slave-priority")),
			Offset: f.number("slave-repl-offset"), LinkUp: f.text("master-link-status") == "ok",
		}
		if host := f.text("master-host"); host != "" && host != "?" {
			r.Primary = net.JoinHostPort(host, f.text("master-port"))
		}
		c.Replicas = append(c.Replicas, r)
	})
	if err != nil {
		return Claim{}, fmt.Errorf("SENTINEL REPLICAS: %w", err)
	}
	err = each(replies["SENTINELS"], func(f *fields) {
		c.Others = append(c.Others, OtherSentinel{ID: f.text("runid"), Addr: f.addr("ip", "port"), Flags: f.flags()})
	})
	if err != nil {
		return Claim{}, fmt.Errorf("SENTINEL SENTINELS: %w", err)
	}
	return c, nil
}
