package monitor

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Phases is how long after a fault the Sentinels announced what; all zero for what they did not announce. A failover on
// request has no SubjectivelyDown and no ObjectivelyDown.
type Phases struct {
	SubjectivelyDown Phase // the first Sentinel to miss the primary
	ObjectivelyDown  Phase // the first to know of enough others that miss it
	Elected          Phase // the one that was to carry out the failover that came about
	Promoted         Phase // it saw the replica say that it is master
	Switched         Phase // the first Sentinel to name the new primary
	SwitchedLast     Phase // the last one
	Sentinels        int   // that announced the switch
}

// Phase is one announcement.
type Phase struct {
	After    time.Duration // since the fault's begin
	Sentinel string        // that announced it; empty: nobody did
}

// Seen is true for what was announced.
func (p Phase) Seen() bool { return p.Sentinel != "" }

// Overhead is what the failover took beyond the configured silence, in which nobody may act; no switch is an error. A silence
// counts from the last answer, which may be up to a second before the fault: a little below zero is no miracle.
func (p Phases) Overhead(downAfter time.Duration) (time.Duration, error) {
	if !p.Switched.Seen() {
		return 0, errors.New("no sentinel announced a switch")
	}
	return p.Switched.After - downAfter, nil
}

// String reads "sdown 3.02 s, odown 3.10 s, elected 3.11 s, promoted 3.90 s, switched 4.00 s (last of 3 sentinels 4.10 s)".
func (p Phases) String() string {
	var parts []string
	for _, one := range []struct {
		name string
		Phase
	}{
		{"sdown", p.SubjectivelyDown}, {"odown", p.ObjectivelyDown}, {"elected", p.Elected}, {"promoted", p.Promoted}, {"switched", p.Switched},
	} {
		if one.Seen() {
			parts = append(parts, fmt.Sprintf("%s %.2f s", one.name, one.After.Seconds()))
		}
	}
	if len(parts) == 0 {
		return "no sentinel announced anything"
	}
	text := strings.Join(parts, ", ")
	if p.Sentinels > 1 {
		text += fmt.Sprintf(" (last of %d sentinels %.2f s)", p.Sentinels, p.SwitchedLast.After.Seconds())
	}
	return text
}

// Phases reads the first failover after a fault began, from the Sentinels' own announcements, stamped as they came in.
func (r Record) Phases(begin time.Time) Phases {
	var p Phases
	elected := map[string]Phase{} // by Sentinel, because a failed attempt elects a leader too
	announced := map[string]bool{}
	target := ""
	for _, e := range r.Events {
		one := Phase{e.At.Sub(begin), e.Sentinel}
		if one.After < 0 || e.Set != r.MasterSet || e.Problem != "" {
			continue
		}
		master := e.Instance.Kind == "master"
		switch {
		case e.Name == "+switch-master":
			if target == "" {
				target, p.Switched = e.To, one
			}
			if e.To == target && !announced[e.Sentinel] {
				announced[e.Sentinel] = true
				p.SwitchedLast, p.Sentinels = one, len(announced)
			}
		case target != "":
		case e.Name == "+sdown" && master:
			p.SubjectivelyDown = first(p.SubjectivelyDown, one)
		case e.Name == "+odown" && master:
			p.ObjectivelyDown = first(p.ObjectivelyDown, one)
		case e.Name == "+elected-leader":
			elected[e.Sentinel] = one
		case e.Name == "+promoted-slave":
			p.Promoted, p.Elected = one, elected[e.Sentinel]
		}
	}
	if !p.Promoted.Seen() {
		p.Elected = latest(elected)
	}
	return p
}

func first(known, one Phase) Phase {
	if known.Seen() {
		return known
	}
	return one
}

func latest(all map[string]Phase) Phase {
	var last Phase
	for _, p := range all {
		if p.After >= last.After {
			last = p
		}
	}
	return last
}
