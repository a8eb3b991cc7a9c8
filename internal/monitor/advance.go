package monitor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Advance compares how far the replicas had got when one of them was promoted.
type Advance struct {
	Promoted string
	Most     bool     // no live replica was ahead of it
	Offsets  []Offset // of the promoted one first, then of the other replicas by name
	Every    time.Duration
}

// Offset is how far one replica had got around the promotion, in bytes of the replication stream. Least is what it had for
// certain, Greatest what it may have had: they differ when the stream flowed between two samples.
type Offset struct {
	Server          string
	Least, Greatest int64
	Silent          bool // it did not answer, and could not be promoted either
}

// String reads "node-1 was promoted at offset 4711; node-2 4711 (asked every 50ms)".
func (a Advance) String() string {
	var parts []string
	for i, o := range a.Offsets {
		text := o.Server
		if i == 0 {
			text += " was promoted at offset"
		}
		switch {
		case o.Silent:
			text += " silent"
		case o.Least == o.Greatest:
			text += fmt.Sprintf(" %d", o.Least)
		default:
			text += fmt.Sprintf(" %d to %d", o.Least, o.Greatest)
		}
		parts = append(parts, text)
	}
	return fmt.Sprintf("%s (asked every %s)", strings.Join(parts, "; "), a.Every)
}

// MostAdvanced tells whether a switch promoted a replica that no live other one was ahead of. It errs where that cannot be told:
// the promoted server was not seen as a replica before, or the stream flowed on during the promotion (as when a well primary is
// asked to hand over) and carried the difference.
func (r Record) MostAdvanced(s Switch) (Advance, error) {
	a := Advance{Promoted: s.To, Every: r.Every}
	before, after, ok := r.promotion(s)
	if !ok {
		return a, fmt.Errorf("%s was not seen to become a master around %s", s.To, s.At.Format("15:04:05.000"))
	}
	promoted := Offset{Server: s.To, Least: before.Offset, Greatest: max(before.Offset, after.Offset)}
	a.Offsets = append(a.Offsets, promoted)
	var ahead, unclear bool
	for _, name := range r.others(s) {
		o := r.during(name, before, after)
		a.Offsets = append(a.Offsets, o)
		switch {
		case o.Silent:
		case o.Least > promoted.Greatest:
			ahead = true
		case o.Greatest > promoted.Least:
			unclear = true
		}
	}
	if unclear && !ahead {
		return a, fmt.Errorf("cannot tell who was ahead, the stream flowed on: %s", a)
	}
	a.Most = !ahead
	return a, nil
}

// promotion is the last sample of the new primary as a replica, and the first as a master.
func (r Record) promotion(s Switch) (before, after Sample, ok bool) {
	for _, one := range r.of(s.To) {
		switch {
		case one.At.After(s.At.Add(around)):
			return before, after, ok
		case one.Role == "slave":
			before, ok = one, false
		case one.Role == "master" && before.Role == "slave" && !ok:
			after, ok = one, true
		}
	}
	return before, after, ok
}

func (r Record) others(s Switch) []string {
	var names []string
	for name := range r.Servers {
		if name != s.To && name != s.From {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// during is what a replica had between two samples of another: no less than it said last before the first, no more than it said
// first after the second, or last before it turned to another primary. Who said nothing in the second before counts as silent.
func (r Record) during(name string, from, to Sample) Offset {
	o := Offset{Server: name, Silent: true}
	primary := ""
	for _, one := range r.of(name) {
		switch {
		case one.Role != "slave":
			o.Silent = o.Silent || one.Role == "master"
		case one.At.Before(from.At.Add(-around)):
		case !one.At.After(from.At):
			o.Silent, o.Least, o.Greatest, primary = false, one.Offset, one.Offset, one.Primary
		case o.Silent || one.Primary != primary:
			return o
		default:
			o.Greatest = max(o.Greatest, one.Offset)
			if !one.At.Before(to.At) {
				return o
			}
		}
	}
	return o
}
