package redisx

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Replication is the server's side of the replication stream.
type Replication struct {
	ID               string // master_replid; equal on a primary and the replicas that follow it
	PreviousID       string // master_replid2; zeros when there was no failover
	Offset           int64  // bytes of the stream produced (primary) or applied (replica)
	PreviousOffset   int64  // up to which PreviousID is valid; -1 for never
	ConnectedCount   int    // replicas connected to this server
	Connected        []ConnectedReplica
	PrimaryHost      string // empty on a primary
	PrimaryPort      int
	LinkUp           bool          // a replica's link to its primary
	LinkDownFor      time.Duration // how long that link has been down, 0 when it is up, negative when it never was up
	SyncInProgress   bool          // a full synchronization is running
	ReplicaOffset    int64         // bytes a replica has processed of its primary's stream
	ReadOnly         bool
	Priority         int // 0: Sentinel never promotes it
	FailoverInFlight bool
}

// ConnectedReplica is one slaveN line of a primary's INFO.
type ConnectedReplica struct {
	Host   string
	Port   int
	State  string        // online, wait_bgsave, send_bulk …
	Offset int64         // bytes acknowledged
	Lag    time.Duration // since the last acknowledgement, whole seconds only
}

func replicationOf(f *fields) Replication {
	r := Replication{
		ID:             f.text("master_replid"),
		PreviousID:     f.text("master_replid2"),
		Offset:         f.number("master_repl_offset"),
		PreviousOffset: f.number("second_repl_offset"),
		ConnectedCount: int(f.number("connected_slaves")),
		PrimaryHost:    f.text("master_host"),
		PrimaryPort:    int(f.number("master_port")),
		LinkUp:         f.text("master_link_status") == "up",
		LinkDownFor:    f.seconds("master_link_down_since_seconds"),
		SyncInProgress: f.flag("master_sync_in_progress"),
		ReplicaOffset:  f.number("slave_repl_offset"),
		ReadOnly:       f.flag("slave_read_only"),
		Priority:       int(f.number("slave_priority")),
	}
	state := f.text("master_failover_state")
	r.FailoverInFlight = state != "" && state != "no-failover"
	for n := 0; ; n++ {
		line := f.text("slave" + strconv.Itoa(n))
		if line == "" {
			return r
		}
		replica, err := parseConnected(line)
		if err != nil && f.err == nil {
			f.err = fmt.Errorf("INFO field slave%d: %w", n, err)
		}
		r.Connected = append(r.Connected, replica)
	}
}

// parseConnected reads ip=10.0.0.7,port=6379,state=online,offset=2170,lag=1; fields of newer versions are passed over.
func parseConnected(line string) (ConnectedReplica, error) {
	var r ConnectedReplica
	var port, lag int64
	numbers := map[string]*int64{"port": &port, "offset": &r.Offset, "lag": &lag}
	for _, pair := range strings.Split(line, ",") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return r, fmt.Errorf("%q is not name=value in %q", pair, line)
		}
		switch into := numbers[name]; {
		case into != nil:
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return r, fmt.Errorf("%s is not a number in %q", name, line)
			}
			*into = n
		case name == "ip":
			r.Host = value
		case name == "state":
			r.State = value
		}
	}
	if r.Host == "" || r.State == "" {
		return r, fmt.Errorf("no ip or no state in %q", line)
	}
	r.Port, r.Lag = int(port), time.Duration(lag)*time.Second
	return r, nil
}
