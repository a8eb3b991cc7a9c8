package redisx

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Config asks a server for everything it runs with (CONFIG GET *), passwords included.
func Config(ctx context.Context, client redis.UniversalClient) (map[string]string, error) {
	live, err := client.ConfigGet(ctx, "*").Result()
	if err != nil {
		return nil, fmt.Errorf("CONFIG GET *: %w", err)
	}
	if len(live) == 0 {
		return nil, fmt.Errorf("CONFIG GET * answered nothing")
	}
	return live, nil
}

// Difference is one directive that the server does not run as it was written.
type Difference struct {
	Name string
	Want string // as the fixture writes it, repeated lines merged
	Live string // as the server reports it, in its own units
	Note string // why there is no Live: the server has no such setting, or it cannot be asked
}

// String reads "maxmemory-policy: fixture says allkeys-lru, server runs noeviction".
func (d Difference) String() string {
	if d.Note != "" {
		return fmt.Sprintf("%s: fixture says %s, %s", d.Name, shown(d.Want), d.Note)
	}
	return fmt.Sprintf("%s: fixture says %s, server runs %s", d.Name, shown(d.Want), shown(d.Live))
}

func shown(value string) string {
	if value == "" {
		return `""`
	}
	return value
}

// Differences holds every directive of a redis.conf against the live configuration. Values are compared as the server
// understands them: units, letter case, repeated lines. Directives that CONFIG GET cannot answer, or whose answer is a secret,
// come back in skipped, each with its reason: they are unproven, not equal.
func Differences(want []Directive, live map[string]string) (different, skipped []Difference) {
	for _, w := range merge(want) {
		got, known := live[w.name]
		switch reason := unanswerable(w.name); {
		case reason != "":
			skipped = append(skipped, Difference{Name: w.name, Want: w.shown(), Note: reason})
		case !known:
			different = append(different, Difference{Name: w.name, Want: w.shown(), Note: "server has no such setting"})
		case !same(w, got):
			different = append(different, Difference{Name: w.name, Want: w.shown(), Live: got})
		}
	}
	return different, skipped
}

// unanswerable is why a directive cannot be checked by CONFIG GET, or empty.
func unanswerable(name string) string {
	switch {
	case slices.Contains([]string{"include", "loadmodule", "rename-command", "user"}, name):
		return "skipped: CONFIG GET does not know it"
	case secret(name):
		return "skipped: a secret is proven by logging in, not by reading it back"
	default:
		return ""
	}
}

func secret(name string) bool {
	return name == "requirepass" || name == "masterauth" || strings.HasSuffix(name, "-pass")
}

// wanted is what a fixture asks of one directive, all its lines taken together.
type wanted struct {
	name string
	args []string
}

func (w wanted) shown() string {
	if secret(w.name) || w.name == "user" {
		return "(secret)"
	}
	return strings.Join(w.args, " ")
}

// merge keeps the last line of each directive, in the order of first mention, except for those whose lines add up.
func merge(all []Directive) []wanted {
	var out []wanted
	for _, d := range all {
		i := slices.IndexFunc(out, func(w wanted) bool { return w.name == d.Name })
		switch {
		case i < 0:
			out = append(out, wanted{d.Name, slices.Clone(d.Args)})
		case addsUp(d.Name) && !slices.Equal(d.Args, []string{""}):
			if slices.Equal(out[i].args, []string{""}) { // save "" erased what came before
				out[i].args = nil
			}
			out[i].args = append(out[i].args, d.Args...)
		default:
			out[i].args = slices.Clone(d.Args)
		}
	}
	return out
}

func addsUp(name string) bool {
	return slices.Contains([]string{"save", "client-output-buffer-limit", "rename-command", "include", "loadmodule", "user"}, name)
}
