package redisx

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Event is one thing that one Sentinel announced. Fields that its kind does not carry are zero.
type Event struct {
	At       time.Time `json:"at"`                 // when this process received it
	Sentinel string    `json:"sentinel"`           // how the listener calls the one that announced it
	Name     string    `json:"event"`              // +sdown, +switch-master, …
	Text     string    `json:"text"`               // as it was announced
	Problem  string    `json:"problem,omitempty"`  // why Text could not be read, though Name says how it should be built
	Instance Instance  `json:"instance,omitzero"`  // what it is about
	Set      string    `json:"set,omitempty"`      // the name of the watched primary
	Master   string    `json:"master,omitempty"`   // host:port of the watched primary, as this Sentinel knew it then
	From     string    `json:"from,omitempty"`     // +switch-master: host:port of the old primary
	To       string    `json:"to,omitempty"`       // +switch-master: host:port of the new primary
	Leader   string    `json:"leader,omitempty"`   // +vote-for-leader: the id of the Sentinel that got the vote
	Epoch    int64     `json:"epoch,omitempty"`    // +vote-for-leader, +new-epoch
	Agreeing int       `json:"agreeing,omitempty"` // +odown: Sentinels that hold the primary for down
	Quorum   int       `json:"quorum,omitempty"`   // +odown, +monitor: Sentinels that must
	Rest     string    `json:"rest,omitempty"`     // what follows the instance, where no other field holds it
}

// Instance is a server or Sentinel as an event names it.
type Instance struct {
	Kind string `json:"kind,omitempty"` // master, slave or sentinel
	Name string `json:"name,omitempty"` // the set of a master, host:port of a slave, id of a sentinel
	Addr string `json:"addr,omitempty"` // host:port
}

// ParseEvent reads what a Sentinel published: name is the channel, text the message. Kinds it does not know keep their Text.
func ParseEvent(name, text string) Event {
	e := Event{Name: name, Text: text}
	words := strings.Fields(text)
	var err error
	switch {
	case name == "+switch-master":
		err = e.switched(words)
	case name == "+vote-for-leader":
		err = e.voted(words)
	case name == "+new-epoch":
		err = e.numbered(words)
	case len(words) >= 4 && (words[0] == "master" || words[0] == "slave" || words[0] == "sentinel"):
		err = e.about(words)
	default:
		e.Rest = text // +tilt, -tilt, …
	}
	if err != nil {
		e.Problem = err.Error()
	}
	return e
}

func (e *Event) switched(words []string) error {
	if len(words) != 5 {
		return fmt.Errorf("%d words, want 5: set, old host and port, new host and port", len(words))
	}
	e.Set, e.From, e.To = words[0], net.JoinHostPort(words[1], words[2]), net.JoinHostPort(words[3], words[4])
	e.Instance, e.Master = Instance{"master", e.Set, e.To}, e.To
	return ports(words[2], words[4])
}

func (e *Event) voted(words []string) error {
	if len(words) != 2 {
		return fmt.Errorf("%d words, want 2: the leader's id and the epoch", len(words))
	}
	e.Leader = words[0]
	return e.numbered(words[1:])
}

func (e *Event) numbered(words []string) (err error) {
	if len(words) != 1 {
		return fmt.Errorf("%d words, want the epoch alone", len(words))
	}
	e.Epoch, err = strconv.ParseInt(words[0], 10, 64)
	return err
}

// about reads `<type> <name> <host> <port>`, for all but a master followed by `@ <set> <host> <port>`, and then what is special.
func (e *Event) about(words []string) error {
	e.Instance = Instance{words[0], words[1], net.JoinHostPort(words[2], words[3])}
	all := []string{words[3]}
	rest := words[4:]
	switch {
	case words[0] == "master":
		e.Set, e.Master = words[1], e.Instance.Addr
	case len(rest) >= 4 && rest[0] == "@":
		e.Set, e.Master = rest[1], net.JoinHostPort(rest[2], rest[3])
		all, rest = append(all, rest[3]), rest[4:]
	default:
		return fmt.Errorf("a %s, but no @ and master after it", words[0])
	}
	e.Rest = strings.Join(rest, " ")
	if err := ports(all...); err != nil {
		return err
	}
	switch {
	case e.Name == "+odown" && len(rest) == 2 && rest[0] == "#quorum":
		_, err := fmt.Sscanf(rest[1], "%d/%d", &e.Agreeing, &e.Quorum)
		return err
	case e.Name == "+monitor" && len(rest) == 2 && rest[0] == "quorum":
		_, err := fmt.Sscanf(rest[1], "%d", &e.Quorum)
		return err
	}
	return nil
}

func ports(all ...string) error {
	for _, p := range all {
		if _, err := strconv.ParseUint(p, 10, 16); err != nil {
			return fmt.Errorf("%q is no port", p)
		}
	}
	return nil
}
