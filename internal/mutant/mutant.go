// Package mutant answers: what would the reference chart be with a bug that real charts shipped, and was it caught for its cause?
//
// A mutant is one file of fixtures/mutants. It may import report.
package mutant

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Mutant is a bug to put into a chart, and what must notice it.
type Mutant struct {
	Name     string   `json:"-"`        // of its file, without the ending; begins with its number
	Bug      string   `json:"bug"`      // what is wrong, in one sentence
	Shipped  []string `json:"shipped"`  // where it was reported, as owner/repository#number
	Suite    string   `json:"suite"`    // that has the spec
	CaughtBy string   `json:"caughtBy"` // full name of the spec that must be red
	Says     string   `json:"says"`     // regular expression that the failure's message must match
	Alone    bool     `json:"alone"`    // its spec measures time, so nothing may run beside it
	Edits    []Edit   `json:"edits"`

	says *regexp.Regexp
}

// Edit replaces a passage of one file, which must be there exactly once.
type Edit struct {
	File string `json:"file"` // relative to the chart
	From string `json:"from"`
	To   string `json:"to"`
}

// Load reads every mutant of dir, sorted by name. A file that lacks something, or has a key too many, is an error that names it.
func Load(dir string) ([]Mutant, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no mutant in %s", dir)
	}
	slices.Sort(files)
	var all []Mutant
	for _, file := range files {
		m, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, m)
	}
	return all, nil
}

func read(file string) (Mutant, error) {
	m := Mutant{Name: strings.TrimSuffix(filepath.Base(file), ".yaml")}
	text, err := os.ReadFile(file)
	if err != nil {
		return m, err
	}
	if err := yaml.UnmarshalStrict(text, &m); err != nil {
		return m, err
	}
	for key, value := range map[string]string{"bug": m.Bug, "suite": m.Suite, "caughtBy": m.CaughtBy, "says": m.Says} {
		if value == "" {
			return m, fmt.Errorf("it needs the key %s", key)
		}
	}
	if len(m.Edits) == 0 || len(m.Shipped) == 0 {
		return m, errors.New("it needs at least one of edits, and of shipped")
	}
	m.says, err = regexp.Compile(m.Says)
	return m, err
}

// Focus is a regular expression that no spec but the one that must be red matches, unless its name begins with that one's.
func (m Mutant) Focus() string { return regexp.QuoteMeta(m.CaughtBy) }

// Plant makes a copy of the chart in the folder from, at the new folder to, with the bug in it. A passage that is not there exactly
// once is an error: the chart went on, and the mutant must follow.
func (m Mutant) Plant(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	for _, e := range m.Edits {
		path := filepath.Join(to, filepath.FromSlash(e.File))
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("mutant %s: %w", m.Name, err)
		}
		if n := strings.Count(string(text), e.From); n != 1 || e.From == "" {
			return fmt.Errorf("mutant %s: %s has the passage %q %d times, want once: adapt the mutant to the chart", m.Name, e.File, e.From, n)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), e.From, e.To, 1)), 0o644); err != nil {
			return err
		}
	}
	return nil
}
