// Package session answers: what do the command and the suites it starts tell each other?
//
// The command leaves a session, suites leave events and outcomes. It must not import harness, ginkgo or gomega.
package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/report"
)

// Session is everything a suite's processes share: written once, by the command or by a suite that runs alone.
type Session struct {
	ID      string            `json:"id"`
	Dir     string            `json:"dir"` // folder for this run's results
	Config  config.Config     `json:"config"`
	Machine bootstrap.Machine `json:"machine"`
	Engine  string            `json:"engine"` // docker, podman, or empty on an existing cluster
	Cluster cluster.Handle    `json:"cluster"`
}

// NewID names a run by its start, to the second, and the process, so that two runs never share a folder.
func NewID(now time.Time) string {
	return fmt.Sprintf("%s-%d", now.UTC().Format("20060102-150405"), os.Getpid())
}

// Write stores the session for Load. The file holds the cluster's credentials, so it is for this user only.
func (s Session) Write(path string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// Load reads what Write stored.
func Load(path string) (Session, error) {
	var s Session
	text, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("session %s: %w", path, err)
	}
	return s, nil
}

// Outcome is what a suite leaves for the command to merge.
type Outcome struct {
	Suite report.Suite  `json:"suite"`
	Waits []report.Wait `json:"waits"`
	Setup string        `json:"setup"` // why the suite could not start or end; empty when it could
}

// Event tells that a spec begins or, with a state, that it ended.
type Event struct {
	Spec  string       `json:"spec"`
	State report.State `json:"state"`
}

// Mailbox is where one suite of a session leaves its events and its outcome.
type Mailbox struct{ Dir, Suite string }

func (m Mailbox) path(ending string) string { return filepath.Join(m.Dir, "suites", m.Suite+ending) }

// Log is the file for what Ginkgo itself prints.
func (m Mailbox) Log() string { return m.path(".log") }

// Tell appends one event; lines of several processes do not mix.
func (m Mailbox) Tell(e Event) (err error) {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f, err := m.open()
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	_, err = f.Write(append(line, '\n'))
	return err
}

func (m Mailbox) open() (*os.File, error) {
	if err := os.MkdirAll(filepath.Join(m.Dir, "suites"), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(m.path(".events"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o644)
}

// Events gives the events that begin at byte from, and where to go on. A line that is still being written waits for the
// next call; one that a killed process left torn is passed over.
func (m Mailbox) Events(from int64) (events []Event, next int64, err error) {
	f, err := m.open()
	if err != nil {
		return nil, from, err
	}
	defer f.Close()
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return nil, from, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, from, err
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	for line := range bytes.Lines(whole) {
		var e Event
		if json.Unmarshal(line, &e) == nil {
			events = append(events, e)
		}
	}
	return events, from + int64(len(whole)), nil
}

// Clear removes what an earlier round left, so that it cannot pass for this one's.
func (m Mailbox) Clear() error {
	for _, ending := range []string{".json", ".events"} {
		if err := os.Remove(m.path(ending)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Finish stores the suite's outcome.
func (m Mailbox) Finish(o Outcome) error {
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(m.Dir, "suites"), 0o755); err != nil {
		return err
	}
	return os.WriteFile(m.path(".json"), text, 0o644)
}

// Outcome reads what Finish stored; a suite that ended without it is an error.
func (m Mailbox) Outcome() (Outcome, error) {
	var o Outcome
	text, err := os.ReadFile(m.path(".json"))
	if err != nil {
		return o, fmt.Errorf("suite %s left no results, see %s: %w", m.Suite, m.Log(), err)
	}
	return o, json.Unmarshal(text, &o)
}
