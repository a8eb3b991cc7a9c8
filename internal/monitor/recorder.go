package monitor

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"redis-e2e/internal/redisx"
)

const (
	around    = time.Second // before and after each change of state, in which every sample is kept
	heartbeat = time.Second // between samples that are kept while nothing changes
)

// recorder keeps what is worth it, in memory and, with a path, at once in a file: what the kernel has outlives a SIGKILL.
type recorder struct {
	mu     sync.Mutex
	record Record
	last   map[string]Sample   // of each target
	kept   map[string]Sample   // of each target, the last that went into the record
	held   map[string][]Sample // of each target, what would be worth it if something changed now
	until  time.Time           // every sample is kept until then
	sink   io.WriteCloser      // nil: memory alone
	err    error               // the first that happened; nothing is written after it
}

func begin(c Config) (*recorder, error) {
	r := &recorder{last: map[string]Sample{}, kept: map[string]Sample{}, held: map[string][]Sample{}}
	now := time.Now()
	r.record = Record{Started: now, Ended: now, Every: c.Every, Servers: map[string]string{}, Aliases: c.Aliases,
		Sentinels: slices.Sorted(maps.Keys(c.Sentinels)), MasterSet: c.MasterSet}
	for name, o := range c.Servers {
		r.record.Servers[name] = o.Addr
	}
	if c.Path != "" {
		file, err := os.OpenFile(c.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o644)
		if err != nil {
			return nil, err
		}
		r.sink = file
		if r.write(line{Head: headOf(r.record)}); r.err != nil {
			_ = file.Close()
			return nil, r.err
		}
	}
	return r, nil
}

func (r *recorder) sample(s Sample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := s.target()
	before, known := r.last[id]
	r.last[id] = s
	switch {
	case !known || before.state() != s.state():
		r.keepHeld()
		r.until = s.At.Add(around)
		r.keep(s)
	case s.At.Before(r.until), s.At.Sub(r.kept[id].At) >= heartbeat:
		r.keep(s)
	default:
		held := append(r.held[id], s)
		r.held[id] = slices.DeleteFunc(held, func(old Sample) bool { return s.At.Sub(old.At) > around })
	}
}

func (r *recorder) keepHeld() {
	for id, all := range r.held {
		for _, s := range all {
			r.keep(s)
		}
		delete(r.held, id)
	}
}

func (r *recorder) keep(s Sample) {
	if s.At.After(r.kept[s.target()].At) {
		r.kept[s.target()] = s
	}
	r.record.Samples = append(r.record.Samples, s)
	r.write(line{Sample: &s})
}

func (r *recorder) event(e redisx.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.record.Events = append(r.record.Events, e)
	r.write(line{Event: &e})
}

func (r *recorder) hearing(sentinel string, lost error) {
	h := Hearing{At: time.Now(), Sentinel: sentinel}
	if lost != nil {
		h.Lost = lost.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.record.Hearings = append(r.record.Hearings, h)
	r.write(line{Hearing: &h})
}

func (r *recorder) write(l line) {
	if r.sink == nil || r.err != nil {
		return
	}
	text, err := json.Marshal(l)
	if err == nil {
		_, err = r.sink.Write(append(text, '\n'))
	}
	r.err = err
}

// copy is the record so far, the last sample of each target included.
func (r *recorder) copy() Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.record
	c.Samples, c.Events, c.Hearings = slices.Clone(c.Samples), slices.Clone(c.Events), slices.Clone(c.Hearings)
	for id, s := range r.last {
		if r.kept[id].At.Before(s.At) {
			c.Samples = append(c.Samples, s)
		}
	}
	c.sort()
	return c
}

// end keeps the last sample of each target; the error is the first of the recorder's life.
func (r *recorder) end() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, s := range r.last {
		if r.kept[id].At.Before(s.At) {
			r.keep(s)
		}
	}
	r.record.Ended = time.Now()
	r.write(line{Ended: &r.record.Ended})
	if r.sink != nil {
		if err := r.sink.Close(); r.err == nil {
			r.err = err
		}
		r.sink = nil
	}
	return r.err
}
