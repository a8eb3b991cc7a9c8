package redisx

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// fields hands out the fields of an INFO text by type and keeps what nobody asked for. An absent field is the zero value,
// because versions differ; a present one that does not parse is an error, because guessing would make a verdict.
type fields struct {
	rest map[string]string
	err  error
}

func splitFields(text string) (*fields, error) {
	f := &fields{rest: map[string]string{}}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" {
			return nil, fmt.Errorf("INFO line %d is not name:value: %q", n+1, line)
		}
		f.rest[name] = value
	}
	if len(f.rest) == 0 {
		return nil, fmt.Errorf("INFO holds no field at all")
	}
	return f, nil
}

// text takes a field as it stands.
func (f *fields) text(name string) string {
	value := f.rest[name]
	delete(f.rest, name)
	return value
}

// number takes a decimal integer.
func (f *fields) number(name string) int64 {
	value, present := f.rest[name]
	if !present {
		return 0
	}
	delete(f.rest, name)
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("INFO field %s is not a number: %q", name, value)
	}
	return n
}

// flag takes a 0 or 1.
func (f *fields) flag(name string) bool {
	n := f.number(name)
	if n != 0 && n != 1 && f.err == nil {
		f.err = fmt.Errorf("INFO field %s is neither 0 nor 1: %d", name, n)
	}
	return n == 1
}

// seconds takes a number of seconds; Redis writes -1 for "never", which stays negative.
func (f *fields) seconds(name string) time.Duration {
	return time.Duration(f.number(name)) * time.Second
}

// moment takes a Unix time in seconds; 0 is the zero time.
func (f *fields) moment(name string) time.Time {
	n := f.number(name)
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}
