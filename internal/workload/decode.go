package workload

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// decoder reads operations; it keeps one copy of each key, however many operations name it.
type decoder struct{ keys map[string]string }

// op reads one line. Lines as appendOp writes them are taken apart by hand, ten times as fast as encoding/json; whatever else
// they hold goes through encoding/json and must be as complete.
func (d decoder) op(line []byte) (Op, error) {
	op, ok := d.fast(line)
	if !ok {
		var err error
		if op, err = slow(line); err != nil {
			return Op{}, err
		}
	}
	if op.Key == "" || op.Seq < 1 || op.Begin < 0 || op.End < op.Begin || op.Outcome == 0 {
		return Op{}, fmt.Errorf("no operation: key %q, seq %d, from %s to %s, %s", op.Key, op.Seq, op.Begin, op.End, op.Outcome)
	}
	return op, nil
}

func slow(line []byte) (Op, error) {
	var wire struct {
		Key        string
		Seq        int64
		Begin, End time.Duration
		Outcome    string
		Err        string
	}
	if err := json.Unmarshal(line, &wire); err != nil {
		return Op{}, err
	}
	return Op{wire.Key, wire.Seq, wire.Begin, wire.End, outcomeOf([]byte(wire.Outcome)), wire.Err}, nil
}

func (d decoder) fast(line []byte) (Op, bool) {
	c := cursor{rest: line}
	key := c.quoted(`{"key":`)
	seq := c.integer(`,"seq":`)
	begin := c.integer(`,"begin":`)
	end := c.integer(`,"end":`)
	word := c.quoted(`,"outcome":`)
	var text []byte
	if !c.bad && len(c.rest) > 1 {
		text = c.quoted(`,"err":`)
	}
	if c.bad || string(c.rest) != "}" {
		return Op{}, false
	}
	return Op{d.intern(key), seq, time.Duration(begin), time.Duration(end), outcomeOf(word), string(text)}, true
}

func (d decoder) intern(key []byte) string {
	known, ok := d.keys[string(key)]
	if !ok {
		known = string(key)
		d.keys[known] = known
	}
	return known
}

// cursor walks a line; once something does not fit it stays bad.
type cursor struct {
	rest []byte
	bad  bool
}

func (c *cursor) skip(literal string) bool {
	if !c.bad && len(c.rest) >= len(literal) && string(c.rest[:len(literal)]) == literal {
		c.rest = c.rest[len(literal):]
		return true
	}
	c.bad = true
	return false
}

func (c *cursor) quoted(before string) []byte {
	if !c.skip(before) || !c.skip(`"`) {
		return nil
	}
	end := bytes.IndexByte(c.rest, '"')
	if end < 0 {
		c.bad = true
		return nil
	}
	word := c.rest[:end]
	for _, b := range word {
		c.bad = c.bad || !plain(b)
	}
	c.rest = c.rest[end+1:]
	return word
}

// integer reads at most 18 digits, which cannot overflow.
func (c *cursor) integer(before string) int64 {
	if !c.skip(before) {
		return 0
	}
	n, digits := int64(0), 0
	for digits < len(c.rest) && digits < 19 && c.rest[digits] >= '0' && c.rest[digits] <= '9' {
		n = n*10 + int64(c.rest[digits]-'0')
		digits++
	}
	c.bad = digits == 0 || digits == 19 || digits > 1 && c.rest[0] == '0'
	c.rest = c.rest[digits:]
	return n
}
