package workload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// History is the append-only record of a Writer: NDJSON, a header, one line per operation in the order of their ends, and, once
// it is concluded, what Check needs to judge it again.
type History struct{ store store }

// Saved is the history in a file; nothing is read yet.
func Saved(path string) History { return History{file(path)} }

// isOp tells operations from records without parsing them.
func isOp(line []byte) bool { return bytes.HasPrefix(line, []byte(`{"key":`)) }

// Ops walks through the operations, from the file's start each time it is ranged over. An error ends the walk: a file that
// cannot be read or a line, named by its number, that is no operation. A last line torn by a crash is passed over.
func (h History) Ops() iter.Seq2[Op, error] {
	return operations(h.store, Schema, func() func([]byte) (Op, error) { return decoder{keys: map[string]string{}}.op })
}

// operations walks through the operations of a history of this schema; reader gives a fresh way to read one for each walk.
func operations[T any](s store, schema string, reader func() func(line []byte) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		read, stopped := reader(), errors.New("the caller has seen enough")
		err := scan(s, schema, func(line []byte, torn bool) error {
			var err error
			if isOp(line) {
				var op T
				if op, err = read(line); err == nil && !yield(op, nil) {
					return stopped
				}
			} else {
				_, err = parseRecord(line)
			}
			if torn {
				return nil
			}
			return err
		})
		if err != nil && !errors.Is(err, stopped) {
			var none T
			yield(none, err)
		}
	}
}

func (h History) scan(visit func(line []byte, torn bool) error) error {
	return scan(h.store, Schema, visit)
}

// scan visits every line behind the header, which must name this schema.
func scan(s store, schema string, visit func(line []byte, torn bool) error) error {
	in, err := s.open()
	if err != nil {
		return err
	}
	defer in.Close()
	headed := false
	err = eachLine(in, func(line []byte, torn bool) error {
		if !headed {
			headed = true
			return checkHeader(line, schema)
		}
		return visit(line, torn)
	})
	if err == nil && !headed {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("history %s: %w", s, err)
	}
	return nil
}

// parseRecord is strict, so that a damaged operation cannot pass as an empty record.
func parseRecord(line []byte) (record, error) {
	var r record
	in := json.NewDecoder(bytes.NewReader(line))
	in.DisallowUnknownFields()
	err := in.Decode(&r)
	if err == nil && in.InputOffset() != int64(len(line)) {
		err = errors.New("something follows the record")
	}
	if err == nil && r.Schema == "" && r.Window == nil && r.Read == "" {
		err = errors.New("neither an operation nor a record")
	}
	return r, err
}

func checkHeader(line []byte, schema string) error {
	head, err := parseRecord(line)
	if err != nil {
		return fmt.Errorf("no header of a history: %w", err)
	}
	if head.Schema != schema {
		return fmt.Errorf("its schema is %q, want %q", head.Schema, schema)
	}
	return nil
}
