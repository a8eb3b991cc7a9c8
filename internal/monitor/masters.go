package monitor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Masters accounts for each moment of a span: None, One and Several add up to it, Unwatched apart. An isolated or unreachable
// server that takes itself for the master cannot be seen. Each limit is as exact as Record.Every.
type Masters struct {
	Begin, End     time.Time
	None           time.Duration // no server both claims to be master and is named by the majority of all Sentinels
	One            time.Duration // one server claims it, and the majority names it
	Several        time.Duration // two or more servers claim it at the same time, whoever is named
	LongestNone    time.Duration // in one piece, like the next two
	LongestOne     time.Duration
	LongestSeveral time.Duration
	Mute           time.Duration // part of None in which nobody answered at all: it may have been the watcher's road
	Hiccups        int           // times a target was silent for up to ten periods and then said the same as before: not accounted
	Unwatched      time.Duration // part of the span that lies outside the record
	Claims         []Claimed     // who claimed it and when, in the order of their beginnings
}

// Claimed is a time in which one server answered that it is master.
type Claimed struct {
	Server     string
	Begin, End time.Time
}

// String reads "one master 92.10 s, none 4.05 s (longest 4.05 s), several 0 s; node-0 0.00 to 10.20 s, …".
func (m Masters) String() string {
	text := fmt.Sprintf("one master %s, none %s, several %s", inAll(m.One, m.LongestOne), inAll(m.None, m.LongestNone), inAll(m.Several, m.LongestSeveral))
	if m.Mute > 0 {
		text += fmt.Sprintf(", nobody answered %s", seconds(m.Mute))
	}
	if m.Hiccups > 0 {
		text += fmt.Sprintf(", %d hiccups not counted", m.Hiccups)
	}
	if m.Unwatched > 0 {
		text += fmt.Sprintf(", unwatched %s", seconds(m.Unwatched))
	}
	var claims []string
	for _, c := range m.Claims {
		claims = append(claims, fmt.Sprintf("%s %.2f to %s", c.Server, c.Begin.Sub(m.Begin).Seconds(), seconds(c.End.Sub(m.Begin))))
	}
	if len(claims) == 0 {
		return text + "; nobody claimed it"
	}
	return text + "; " + strings.Join(claims, ", ")
}

func inAll(sum, longest time.Duration) string {
	if sum == longest {
		return seconds(sum)
	}
	return fmt.Sprintf("%s (longest %s)", seconds(sum), seconds(longest))
}

func seconds(d time.Duration) string {
	if d == 0 {
		return "0 s"
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// Masters accounts for the span from begin to end.
func (r Record) Masters(begin, end time.Time) Masters {
	m := Masters{Begin: begin, End: end}
	from, to := begin, end
	if known := r.known(); from.Before(known) {
		from = known
	}
	if to.After(r.Ended) {
		to = r.Ended
	}
	if !to.After(from) {
		m.Unwatched = max(0, end.Sub(begin))
		return m
	}
	m.Unwatched = end.Sub(begin) - to.Sub(from)
	samples, hiccups := r.steady()
	for _, t := range hiccups {
		if !t.Before(from) && t.Before(to) {
			m.Hiccups++
		}
	}
	now, run := newScene(r), run{}
	at := from
	for _, s := range samples {
		if s.At.After(from) {
			until := s.At
			if until.After(to) {
				until = to
			}
			m.account(now, &run, until.Sub(at))
			m.claim(now, at, until)
			at = until
		}
		now.last[s.target()] = s
	}
	m.account(now, &run, to.Sub(at))
	m.claim(now, at, to)
	slices.SortStableFunc(m.Claims, func(a, b Claimed) int { return a.Begin.Compare(b.Begin) })
	return m
}

// run is the piece of unchanged kind that is being accounted.
type run struct {
	sum *time.Duration
	d   time.Duration
}

func (m *Masters) account(now scene, current *run, d time.Duration) {
	if d <= 0 {
		return
	}
	claiming := now.claiming()
	sum, longest := &m.None, &m.LongestNone
	switch {
	case len(claiming) > 1:
		sum, longest = &m.Several, &m.LongestSeveral
	case len(claiming) == 1 && (len(now.record.Sentinels) == 0 || now.majority() == claiming[0]):
		sum, longest = &m.One, &m.LongestOne
	case now.mute():
		m.Mute += d
	}
	if current.sum != sum {
		*current = run{sum: sum}
	}
	*sum += d
	current.d += d
	*longest = max(*longest, current.d)
}

func (m *Masters) claim(now scene, from, to time.Time) {
	if !to.After(from) {
		return
	}
	for _, server := range now.claiming() {
		i := slices.IndexFunc(m.Claims, func(c Claimed) bool { return c.Server == server && c.End.Equal(from) })
		if i < 0 {
			m.Claims = append(m.Claims, Claimed{server, from, to})
		} else {
			m.Claims[i].End = to
		}
	}
}
