package monitor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"redis-e2e/internal/redisx"
)

// Schema names the format of a record file; another format gets another name.
const Schema = "redis-e2e/monitor/v1"

// line is a line of a record file; one field is set.
type line struct {
	Head    *head         `json:"head,omitempty"`
	Sample  *Sample       `json:"sample,omitempty"`
	Event   *redisx.Event `json:"event,omitempty"`
	Hearing *Hearing      `json:"hearing,omitempty"`
	Ended   *time.Time    `json:"ended,omitempty"`
}

type head struct {
	Schema    string            `json:"schema"`
	Started   time.Time         `json:"started"`
	Every     time.Duration     `json:"every"` // nanoseconds
	Servers   map[string]string `json:"servers"`
	Aliases   map[string]string `json:"aliases,omitempty"`
	Sentinels []string          `json:"sentinels,omitempty"`
	MasterSet string            `json:"masterSet,omitempty"`
}

func headOf(r Record) *head {
	return &head{Schema, r.Started, r.Every, r.Servers, r.Aliases, r.Sentinels, r.MasterSet}
}

// Load reads a record file, also one whose process was killed: a torn last line is passed over.
func Load(path string) (Record, error) {
	file, err := os.Open(path)
	if err != nil {
		return Record{}, err
	}
	defer file.Close()
	var r Record
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	var bad error
	for n := 1; lines.Scan(); n++ {
		if bad != nil {
			return Record{}, bad
		}
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			bad = fmt.Errorf("%s line %d: %w", path, n, err) // torn, if it is the last
			continue
		}
		if n == 1 && (l.Head == nil || l.Head.Schema != Schema) {
			return Record{}, fmt.Errorf("%s is no record of schema %s", path, Schema)
		}
		r.take(l)
	}
	if r.Started.IsZero() {
		return Record{}, fmt.Errorf("%s holds no record", path)
	}
	r.sort()
	return r, lines.Err()
}

func (r *Record) take(l line) {
	switch {
	case l.Head != nil:
		h := l.Head
		r.Started, r.Ended, r.Every, r.Servers, r.Aliases = h.Started, h.Started, h.Every, h.Servers, h.Aliases
		r.Sentinels, r.MasterSet = h.Sentinels, h.MasterSet
	case l.Sample != nil:
		r.Samples = append(r.Samples, *l.Sample)
	case l.Event != nil:
		r.Events = append(r.Events, *l.Event)
	case l.Hearing != nil:
		r.Hearings = append(r.Hearings, *l.Hearing)
	case l.Ended != nil:
		r.saw(*l.Ended)
	}
}
