package monitor

import (
	"slices"
	"time"

	"redis-e2e/internal/redisx"
)

// Record is what was seen, in the order of time. All times are of the clock of the process that watched.
type Record struct {
	Started   time.Time
	Ended     time.Time // of the last thing seen, until the Monitor was finished
	Every     time.Duration
	Servers   map[string]string // their names and host:port
	Aliases   map[string]string // other host:port, and the server's name
	Sentinels []string          // their names
	MasterSet string
	Samples   []Sample
	Events    []redisx.Event
	Hearings  []Hearing
}

// Sample is what one server or Sentinel answered. All samples within a second of any target's change of state are kept, else one
// a second; in between the state was the same.
type Sample struct {
	At       time.Time `json:"at"` // of the answer; for a silent one, when it was asked
	Server   string    `json:"server,omitempty"`
	Sentinel string    `json:"sentinel,omitempty"`
	Silent   string    `json:"silent,omitempty"`  // why there was no answer in time
	Role     string    `json:"role,omitempty"`    // of a server: master or slave, in its own word
	Offset   int64     `json:"offset,omitempty"`  // of a server: bytes of the replication stream
	Primary  string    `json:"primary,omitempty"` // of a slave: host:port it follows
	Link     string    `json:"link,omitempty"`    // of a slave, to its primary: connected, or how far it is from that
	Names    string    `json:"names,omitempty"`   // of a Sentinel: host:port of the primary
	Epoch    int64     `json:"epoch,omitempty"`   // of a Sentinel: in which it named that first, 0 when it is not known
}

// Hearing is a moment since which a Sentinel was listened to, or not any more.
type Hearing struct {
	At       time.Time `json:"at"`
	Sentinel string    `json:"sentinel"`
	Lost     string    `json:"lost,omitempty"` // why it is not heard; empty: it is
}

func (s Sample) target() string { return s.Server + "\x00" + s.Sentinel }

// state is what makes a change when it changes.
func (s Sample) state() Sample {
	s.At, s.Offset = time.Time{}, 0
	return s
}

// name is a server's name for an address, or the address where no server has it.
func (r Record) name(addr string) string {
	for name, at := range r.Servers {
		if at == addr {
			return name
		}
	}
	if name, ok := r.Aliases[addr]; ok {
		return name
	}
	return addr
}

func (r *Record) sort() {
	slices.SortStableFunc(r.Samples, func(a, b Sample) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(r.Events, func(a, b redisx.Event) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(r.Hearings, func(a, b Hearing) int { return a.At.Compare(b.At) })
	for _, s := range r.Samples {
		r.saw(s.At)
	}
	for _, e := range r.Events {
		r.saw(e.At)
	}
}

func (r *Record) saw(t time.Time) {
	if t.After(r.Ended) {
		r.Ended = t
	}
}

// of gives the samples of one server.
func (r Record) of(server string) []Sample {
	var all []Sample
	for _, s := range r.Samples {
		if s.Server == server {
			all = append(all, s)
		}
	}
	return all
}
