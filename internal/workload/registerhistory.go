package workload

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// RegisterHistory is the append-only record of Registers: NDJSON, a header, one line per operation in the order of their ends,
// and, once it is concluded, the fault's window.
type RegisterHistory struct{ store store }

// SavedRegisters is the history in a file; nothing is read yet.
func SavedRegisters(path string) RegisterHistory { return RegisterHistory{file(path)} }

// Ops walks through the operations, from the file's start each time it is ranged over. An error ends the walk: a file that
// cannot be read or a line, named by its number, that is no operation. A last line torn by a crash is passed over.
func (h RegisterHistory) Ops() iter.Seq2[RegisterOp, error] {
	return operations(h.store, RegisterSchema, func() func([]byte) (RegisterOp, error) { return parseRegisterOp })
}

// Conclude appends the fault's window. Without it the file is a run that was killed: reads may show writes that never came to
// be written down, and must not be called inventions of the server.
func (h RegisterHistory) Conclude(w Window) (err error) {
	sink, err := h.store.appendTo()
	if err != nil {
		return err
	}
	defer func() {
		if closing := sink.Close(); err == nil {
			err = closing
		}
	}()
	line, err := json.Marshal(record{Window: &w})
	if err != nil {
		return err
	}
	_, err = sink.Write(append(line, '\n'))
	return err
}

// Judge checks a concluded history again, offline, within limit (see Linearizable). One that was never concluded is a
// *NotConcludedError.
func (h RegisterHistory) Judge(limit time.Duration) (Linearity, error) {
	var window *Window
	err := scan(h.store, RegisterSchema, func(line []byte, torn bool) error {
		if isOp(line) {
			return nil
		}
		r, err := parseRecord(line)
		if err == nil && r.Window != nil {
			window = r.Window
		}
		if torn {
			return nil
		}
		return err
	})
	if err == nil && window == nil {
		err = &NotConcludedError{h.store.String()}
	}
	if err != nil {
		return Linearity{}, err
	}
	return Linearizable(h.Ops(), *window, limit), nil
}

// NotConcludedError is what a history is judged to be whose harness ended before it looked whether the promises were kept.
type NotConcludedError struct{ Path string }

// Error says what the file lacks.
func (e *NotConcludedError) Error() string {
	return fmt.Sprintf("history %s was never concluded: it holds promises, but not what was read back", e.Path)
}
