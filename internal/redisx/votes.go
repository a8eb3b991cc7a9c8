package redisx

import (
	"fmt"
	"strings"
)

// Vote is the primary that one Sentinel names.
type Vote struct {
	Sentinel string // how messages call it
	Master   string // what it names; empty: it names none, or does not answer
}

// Votes holds one Vote of every known Sentinel, those that do not answer included: they count against any majority.
type Votes []Vote

// Majority is what more than half of all Sentinels name; an error says who names what.
func (v Votes) Majority() (string, error) {
	for _, name := range v.named() {
		if 2*v.count(name) > len(v) {
			return name, nil
		}
	}
	return "", fmt.Errorf("no majority: %s", v)
}

// Unanimous is what all Sentinels name; an error says who names what.
func (v Votes) Unanimous() (string, error) {
	if named := v.named(); len(named) == 1 && v.count(named[0]) == len(v) {
		return named[0], nil
	}
	return "", fmt.Errorf("not unanimous: %s", v)
}

// String reads "2/3 sentinels name redis-node-0, redis-node-2 names none".
func (v Votes) String() string {
	if len(v) == 0 {
		return "no sentinel is known"
	}
	var parts []string
	for _, name := range v.named() {
		noun, verb := "sentinels", "name"
		if len(parts) > 0 {
			noun = "" // it was said once
		}
		if v.count(name) == 1 {
			verb = "names"
		}
		parts = append(parts, strings.Join(strings.Fields(fmt.Sprintf("%d/%d %s %s %s", v.count(name), len(v), noun, verb, name)), " "))
	}
	for _, one := range v {
		if one.Master == "" {
			parts = append(parts, one.Sentinel+" names none")
		}
	}
	return strings.Join(parts, ", ")
}

func (v Votes) count(master string) int {
	n := 0
	for _, one := range v {
		if one.Master == master {
			n++
		}
	}
	return n
}

// named lists what is named, most votes first.
func (v Votes) named() []string {
	var names []string
	for most := len(v); most > 0; most-- {
		seen := map[string]bool{}
		for _, one := range v {
			if one.Master != "" && !seen[one.Master] && v.count(one.Master) == most {
				names = append(names, one.Master)
				seen[one.Master] = true
			}
		}
	}
	return names
}
