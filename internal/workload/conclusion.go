package workload

import (
	"encoding/json"
	"fmt"
	"slices"
)

// longestList is how many values Redis lets a list hold.
const longestList = 1<<32 - 1

// runsPerLine keeps the lines of a conclusion far below lineLimit.
const runsPerLine = 4096

// Conclude appends the fault's window and what was read back, so that the file alone can be judged again.
func (h History) Conclude(w Window, seen *Observed) (err error) {
	sink, err := h.store.appendTo()
	if err != nil {
		return err
	}
	defer func() {
		if closing := sink.Close(); err == nil {
			err = closing
		}
	}()
	records := []record{{Window: &w}}
	for _, key := range seen.sorted() {
		v := seen.keys[key]
		records = append(records, record{Read: key, Strangers: v.strangers[:min(len(v.strangers), 100)]})
		for some := range slices.Chunk(v.runs, runsPerLine) {
			records = append(records, record{Read: key, Runs: some})
		}
	}
	for _, r := range records {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := sink.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("history %s: %w", h.store, err)
		}
	}
	return nil
}

// Conclusion reads what Conclude wrote. A history without one (its harness was killed) is a *NotConcludedError: its promises
// are known, but nobody looked whether they were kept.
func (h History) Conclusion() (Window, *Observed, error) {
	var window *Window
	seen := NewObserved()
	err := h.scan(func(line []byte, torn bool) error {
		if isOp(line) {
			return nil
		}
		r, err := parseRecord(line)
		if err != nil {
			if torn {
				return nil
			}
			return err
		}
		if r.Window != nil {
			window, seen = r.Window, NewObserved() // concluded anew: the last one counts
		}
		return seen.take(r)
	})
	if err == nil && window == nil {
		err = &NotConcludedError{h.store.String()}
	}
	if err != nil {
		return Window{}, nil, err
	}
	return *window, seen, nil
}

func (o *Observed) take(r record) error {
	if r.Read == "" {
		return nil
	}
	o.Read(r.Read)
	for _, run := range r.Runs {
		if run[1] < run[0] || run[1]-run[0] > longestList {
			return fmt.Errorf("a run of key %s is none: %v", r.Read, run)
		}
		o.addRun(r.Read, run)
	}
	for _, s := range r.Strangers {
		o.AddStranger(r.Read, s)
	}
	return nil
}

// Judge checks a concluded history again, offline.
func (h History) Judge() (Verdict, error) {
	window, seen, err := h.Conclusion()
	if err != nil {
		return Verdict{}, err
	}
	return Check(h.Ops(), seen, window), nil
}
