package redisx

import (
	"fmt"
	"strconv"
	"strings"
)

// Directive is one line of a redis.conf.
type Directive struct {
	Line int      // counted from 1
	Name string   // lower case
	Args []string // unquoted
}

// Directives parses the text of a redis.conf as the server does: # starts a comment only at the start of a line, arguments may
// be quoted. A line the server would refuse (an open quote, a name without a value) is an error naming it.
func Directives(conf string) ([]Directive, error) {
	var all []Directive
	for n, line := range strings.Split(conf, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		words, err := splitArgs(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w: %s", n+1, err, line)
		}
		if len(words) < 2 {
			return nil, fmt.Errorf("line %d: %s has no value", n+1, line)
		}
		all = append(all, Directive{n + 1, strings.ToLower(words[0]), words[1:]})
	}
	return all, nil
}

// splitArgs follows sdssplitargs of the server.
func splitArgs(line string) ([]string, error) {
	var words []string
	for rest := strings.TrimLeft(line, " \t"); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		word, left, err := nextArg(rest)
		if err != nil {
			return nil, err
		}
		words, rest = append(words, word), left
	}
	return words, nil
}

func nextArg(s string) (word, rest string, err error) {
	var out strings.Builder
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote == 0 && (c == ' ' || c == '\t'):
			return out.String(), s[i:], nil
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			if i+1 < len(s) && s[i+1] != ' ' && s[i+1] != '\t' {
				return "", "", fmt.Errorf("something follows a closing quote")
			}
			quote = 0
		case quote == '\'' && c == '\\' && i+1 < len(s) && s[i+1] == '\'':
			out.WriteByte('\'')
			i++
		case quote == '"' && c == '\\' && i+1 < len(s):
			plain, used := unescape(s[i+1:])
			out.WriteByte(plain)
			i += used
		default:
			out.WriteByte(c)
		}
	}
	if quote != 0 {
		return "", "", fmt.Errorf("a quote is never closed")
	}
	return out.String(), "", nil
}

// unescape reads what follows a backslash within double quotes and says how many bytes that took.
func unescape(s string) (byte, int) {
	if s[0] == 'x' && len(s) >= 3 {
		if n, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
			return byte(n), 3
		}
	}
	if i := strings.IndexByte("nrtba", s[0]); i >= 0 {
		return "\n\r\t\b\a"[i], 1
	}
	return s[0], 1
}
