package topology

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"redis-e2e/internal/redisx"
)

// Formed is nil when all servers are there, exactly one is the master, every replica follows it, and all sentinels agree on
// that. What is wrong is named, all of it.
func (v View) Formed() error { return errors.Join(v.OnePrimary(), v.InSync(), v.Agreed()) }

// OnePrimary is nil when every server that the release wants answers, and exactly one of them claims to be the master.
func (v View) OnePrimary() error {
	var masters, silent []string
	for _, s := range v.Seen {
		name := string(s.Member.Pod.Name)
		switch {
		case s.Err != nil:
			silent = append(silent, fmt.Sprintf("%s does not answer: %v", name, s.Err))
		case s.Info.Loading:
			silent = append(silent, name+" is LOADING")
		case s.Info.Role == "master":
			masters = append(masters, name)
		}
	}
	switch {
	case len(silent) > 0:
		return errors.New(strings.Join(silent, "; "))
	case len(v.Seen) != v.Wanted:
		return fmt.Errorf("%d of %d servers are there", len(v.Seen), v.Wanted)
	case len(masters) != 1:
		return fmt.Errorf("%d servers claim to be the master, want one: %s", len(masters), strings.Join(masters, ", "))
	}
	return nil
}

// primary is the first server that claims to be the master.
func (v View) primary() (Sight, bool) {
	i := slices.IndexFunc(v.Seen, func(s Sight) bool { return s.Err == nil && s.Info.Role == "master" })
	if i < 0 {
		return Sight{}, false
	}
	return v.Seen[i], true
}

// InSync is nil when every replica's link is up, with the master's own replication id.
func (v View) InSync() error {
	master, ok := v.primary()
	if !ok {
		return errors.New("no server claims to be the master, so nothing can be in sync")
	}
	var off []string
	for _, s := range v.Seen {
		r := s.Info.Replication
		switch {
		case s.Member.Pod == master.Member.Pod:
		case s.Err != nil || !r.LinkUp || r.SyncInProgress:
			off = append(off, fmt.Sprintf("the link of %s is not up", s.Member.Pod.Name))
		case r.ID != master.Info.Replication.ID:
			off = append(off, fmt.Sprintf("%s follows replication id %.8s, the master has %.8s", s.Member.Pod.Name, r.ID, master.Info.Replication.ID))
		}
	}
	if len(off) > 0 {
		return errors.New(strings.Join(off, "; "))
	}
	return nil
}

// Agreed is nil when every Sentinel names the server that claims to be the master, holds nobody for down, and knows every
// replica and every other Sentinel exactly once. Without Sentinel there is nothing to agree on.
func (v View) Agreed() error {
	if v.Watched == nil {
		return nil
	}
	master, ok := v.primary()
	if !ok {
		return errors.New("no server claims to be the master, so sentinels cannot be right")
	}
	var off []string
	for _, s := range v.Seen {
		for _, wrong := range v.objections(s, master) {
			off = append(off, fmt.Sprintf("sentinel of %s %s", s.Member.Pod.Name, wrong))
		}
	}
	if len(off) > 0 {
		return errors.New(strings.Join(off, "; "))
	}
	return nil
}

func (v View) objections(s, master Sight) []string {
	if s.ClaimErr != nil {
		return []string{"does not answer: " + s.ClaimErr.Error()}
	}
	var wrong []string
	c := s.Claim
	if !master.Member.Is(c.Master) {
		wrong = append(wrong, "names "+v.name(c.Master))
	}
	if !c.Flags.Healthy() {
		wrong = append(wrong, "says of the master: "+strings.Join(c.Flags, ","))
	}
	if n := len(c.Replicas); n != v.Wanted-1 {
		wrong = append(wrong, fmt.Sprintf("knows %d replicas, not %d", n, v.Wanted-1))
	}
	if n := len(c.Others); n != v.Wanted-1 {
		wrong = append(wrong, fmt.Sprintf("knows %d other sentinels, not %d", n, v.Wanted-1))
	}
	peer := func(kind, address string, flags redisx.Flags) {
		if !flags.Healthy() {
			wrong = append(wrong, fmt.Sprintf("says of %s %s: %s", kind, v.name(address), strings.Join(flags, ",")))
		}
	}
	for _, r := range c.Replicas {
		peer("replica", r.Addr, r.Flags)
	}
	for _, o := range c.Others {
		peer("sentinel", o.Addr, o.Flags)
	}
	return wrong
}
