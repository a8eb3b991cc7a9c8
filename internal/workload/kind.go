package workload

import (
	"errors"
	"fmt"
	"time"
)

// KindOf gives the schema that a file names in its first line: Schema, RegisterSchema, LagSchema, or a word this program does not
// know. A file without such a line is an error.
func KindOf(path string) (string, error) {
	head, err := headOf(file(path))
	return head.Schema, err
}

// startOf is when a history began; a header need not say so.
func startOf(s store) (time.Time, error) {
	head, err := headOf(s)
	if err != nil || head.Started == nil {
		return time.Time{}, err
	}
	return *head.Started, nil
}

func headOf(s store) (head record, err error) {
	in, err := s.open()
	if err != nil {
		return head, err
	}
	defer in.Close()
	enough := errors.New("the first line is read")
	err = eachLine(in, func(line []byte, _ bool) error {
		var problem error
		if head, problem = parseRecord(line); problem == nil && head.Schema != "" {
			return enough
		}
		return errors.Join(errors.New("no header of a history"), problem)
	})
	if errors.Is(err, enough) {
		return head, nil
	}
	if err == nil {
		err = errors.New("it is empty")
	}
	return record{}, fmt.Errorf("history %s: %w", s, err)
}
