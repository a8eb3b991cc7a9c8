package monitor

import (
	"slices"
	"time"

	"redis-e2e/internal/redisx"
)

// scene is what everybody said last, at some moment.
type scene struct {
	record Record
	last   map[string]Sample
}

func newScene(r Record) scene { return scene{r, map[string]Sample{}} }

// claiming lists the servers that say they are master.
func (s scene) claiming() []string {
	var all []string
	for _, one := range s.last {
		if one.Role == "master" {
			all = append(all, one.Server)
		}
	}
	slices.Sort(all)
	return all
}

// majority is the server that most of all Sentinels name, or empty.
func (s scene) majority() string {
	var votes redisx.Votes
	for _, name := range s.record.Sentinels {
		vote := redisx.Vote{Sentinel: name}
		if named := s.last[Sample{Sentinel: name}.target()].Names; named != "" {
			vote.Master = s.record.name(named)
		}
		votes = append(votes, vote)
	}
	named, err := votes.Majority()
	if err != nil {
		return ""
	}
	return named
}

// mute is true when nobody answers.
func (s scene) mute() bool {
	for _, one := range s.last {
		if one.Silent == "" {
			return false
		}
	}
	return true
}

// known is when something was known of every target.
func (r Record) known() time.Time {
	first, since := map[string]bool{}, r.Started
	for _, s := range r.Samples {
		if !first[s.target()] {
			first[s.target()], since = true, s.At
		}
	}
	return since
}

// steady leaves out silences so short that they tell of a busy machine: a target that gave no answer for some periods, and then the
// same one as before. A refusal, or a connection that ended, is no such silence. It says when they began, too.
func (r Record) steady() (samples []Sample, hiccups []time.Time) {
	drop := map[int]bool{}
	answer, silences := map[string]Sample{}, map[string][]int{}
	for i, s := range r.Samples {
		id := s.target()
		switch before, known := answer[id]; {
		case s.Silent == noAnswer && known:
			silences[id] = append(silences[id], i)
			continue
		case s.Silent != "":
			delete(answer, id)
		default:
			quiet := silences[id]
			if known && len(quiet) > 0 && before.Role == s.Role && before.Names == s.Names && s.At.Sub(r.Samples[quiet[0]].At) <= forgiven*r.Every {
				hiccups = append(hiccups, r.Samples[quiet[0]].At)
				for _, n := range quiet {
					drop[n] = true
				}
			}
			answer[id] = s
		}
		delete(silences, id)
	}
	for i, s := range r.Samples {
		if !drop[i] {
			samples = append(samples, s)
		}
	}
	return samples, hiccups
}
