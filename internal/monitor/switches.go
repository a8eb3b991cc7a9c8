package monitor

import (
	"fmt"
	"slices"
	"time"

	"redis-e2e/internal/redisx"
)

// Switch is one change of the primary.
type Switch struct {
	At        time.Time      // of the first announcement; of Agreed, when there is none
	From, To  string         // names of servers, or host:port where no server has that address
	Epoch     int64          // of the configuration that it made, 0 when no Sentinel could be asked in time
	Announced []Announcement // in the order of time; none: only what the Sentinels name shows it
	Agreed    time.Time      // when a majority of all Sentinels named To; zero: it never did
}

// Announcement is one Sentinel's first +switch-master for a Switch.
type Announcement struct {
	Sentinel string
	At       time.Time
}

// String reads "node-0 to node-1 at 15:04:05.123, epoch 2, announced by 3 sentinels within 0.12 s, agreed after 0.05 s".
func (s Switch) String() string {
	text := fmt.Sprintf("%s to %s at %s, epoch %d, ", s.From, s.To, s.At.Format("15:04:05.000"), s.Epoch)
	switch n := len(s.Announced); n {
	case 0:
		text += "not announced"
	case 1:
		text += "announced by " + s.Announced[0].Sentinel
	default:
		text += fmt.Sprintf("announced by %d sentinels within %s", n, seconds(s.Announced[n-1].At.Sub(s.Announced[0].At)))
	}
	if s.Agreed.IsZero() {
		return text + ", never agreed upon"
	}
	return text + fmt.Sprintf(", agreed upon after %s", seconds(s.Agreed.Sub(s.At)))
}

func (s Switch) by(sentinel string) bool {
	return slices.ContainsFunc(s.Announced, func(a Announcement) bool { return a.Sentinel == sentinel })
}

// late is how far apart two announcements, or an announcement and the majority, may be and still be of the same switch, where
// the epoch is not known.
const late = 30 * time.Second

// Switches lists the changes of the primary between two moments. Each Sentinel announces a switch for itself, a restarted one a
// second time: the epoch tells which announcements are of the same one. What the majority names, as polled, changes with a
// switch; where it does without any announcement, that is a switch too.
func (r Record) Switches(begin, end time.Time) []Switch {
	var all []Switch
	for _, e := range r.Events {
		if e.Name == "+switch-master" && e.Set == r.MasterSet && e.Problem == "" {
			all = r.announce(all, e)
		}
	}
	for _, c := range r.agreements() {
		i := slices.IndexFunc(all, func(s Switch) bool {
			if s.Epoch != 0 && c.Epoch != 0 && s.Epoch != c.Epoch {
				return false
			}
			return s.To == c.To && s.Agreed.IsZero() && s.At.Sub(c.At).Abs() < late
		})
		if i < 0 {
			all = append(all, c)
		} else {
			all[i].Agreed = c.Agreed
		}
	}
	slices.SortStableFunc(all, func(a, b Switch) int { return a.At.Compare(b.At) })
	return slices.DeleteFunc(all, func(s Switch) bool { return s.At.Before(begin) || s.At.After(end) })
}

// announce counts an announcement towards the switch that it is of, or a new one.
func (r Record) announce(all []Switch, e redisx.Event) []Switch {
	one := Announcement{e.Sentinel, e.At}
	s := Switch{At: e.At, From: r.name(e.From), To: r.name(e.To), Epoch: r.epoch(e), Announced: []Announcement{one}}
	for i := len(all) - 1; i >= 0; i-- {
		known := &all[i]
		if known.To != s.To {
			continue
		}
		same := known.Epoch == s.Epoch
		if known.Epoch == 0 || s.Epoch == 0 {
			same = !known.by(e.Sentinel) && e.At.Sub(known.At) < late
		}
		if same {
			known.Epoch = max(known.Epoch, s.Epoch)
			if !known.by(e.Sentinel) {
				known.Announced = append(known.Announced, one)
			}
			return all
		}
	}
	return append(all, s)
}

// epoch is that in which the announcing Sentinel named the new primary: before, when it led the failover and knew it first, else
// right after.
func (r Record) epoch(e redisx.Event) int64 {
	var before Sample
	for _, s := range r.Samples {
		switch {
		case s.Sentinel != e.Sentinel || s.Names == "":
		case !s.At.After(e.At):
			before = s
		case before.Names == e.To && before.Epoch != 0:
			return before.Epoch
		case s.Names == e.To && s.Epoch != 0:
			return s.Epoch
		case s.At.Sub(e.At) > around:
			return 0
		}
	}
	if before.Names == e.To {
		return before.Epoch
	}
	return 0
}

// agreements lists the changes of what a majority of the Sentinels names, moments without any left out.
func (r Record) agreements() []Switch {
	var all []Switch
	now, named := newScene(r), ""
	for _, s := range r.Samples {
		now.last[s.target()] = s
		if s.Sentinel == "" {
			continue
		}
		majority := now.majority()
		if majority == "" || majority == named {
			continue
		}
		if named != "" {
			all = append(all, Switch{At: s.At, From: named, To: majority, Epoch: s.Epoch, Agreed: s.At})
		}
		named = majority
	}
	return all
}
