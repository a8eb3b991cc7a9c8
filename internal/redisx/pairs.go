package redisx

import (
	"fmt"
	"net"
	"strings"
	"time"
)

// pairs reads a list of names and values, as Sentinel describes an instance, or the map of the newer protocol.
func pairs(reply any) (*fields, error) {
	f := &fields{rest: map[string]string{}}
	switch v := reply.(type) {
	case []any:
		r := replyReader{list: v}
		for i := 0; i < len(v); i += 2 {
			f.rest[r.text(i)] = r.text(i + 1)
		}
		if r.bad || len(v) == 0 {
			return nil, fmt.Errorf("answered %v, which is no list of names and values", reply)
		}
	case map[any]any:
		for name, value := range v {
			r := replyReader{list: []any{name, value}}
			f.rest[r.text(0)] = r.text(1)
			if r.bad {
				return nil, fmt.Errorf("answered %v, which is no map of words", reply)
			}
		}
	default:
		return nil, fmt.Errorf("answered %v, which describes nothing", reply)
	}
	return f, nil
}

// each reads a list of such descriptions, which may be empty.
func each(reply any, read func(*fields)) error {
	list, ok := reply.([]any)
	if !ok {
		return fmt.Errorf("answered %v, which is no list", reply)
	}
	for _, one := range list {
		f, err := pairs(one)
		if err != nil {
			return err
		}
		if read(f); f.err != nil {
			return f.err
		}
	}
	return nil
}

// must takes a field without which the rest means nothing.
func (f *fields) must(name string) string {
	value := f.text(name)
	if value == "" && f.err == nil {
		f.err = fmt.Errorf("no field %s", name)
	}
	return value
}

// addr takes a host and a port.
func (f *fields) addr(host, port string) string { return net.JoinHostPort(f.must(host), f.must(port)) }

// millis takes a number of milliseconds.
func (f *fields) millis(name string) time.Duration {
	return time.Duration(f.number(name)) * time.Millisecond
}

// flags takes the words of the field flags.
func (f *fields) flags() Flags { return strings.Split(f.must("flags"), ",") }
