package redisx

import (
	"reflect"
	"strings"
	"testing"
)

func TestDirectives(t *testing.T) {
	conf := `
# User-supplied common configuration:
appendonly yes
   MaxMemory   64mb
save 900 1
save ""
rename-command FLUSHALL ""
requirepass "a \"b\" \x41\n"
proc-title-template '{title} it\'s # no comment'
bind 127.0.0.1 ::1
`
	got, err := Directives(conf)
	want := []Directive{
		{3, "appendonly", []string{"yes"}},
		{4, "maxmemory", []string{"64mb"}},
		{5, "save", []string{"900", "1"}},
		{6, "save", []string{""}},
		{7, "rename-command", []string{"FLUSHALL", ""}},
		{8, "requirepass", []string{"a \"b\" A\n"}},
		{9, "proc-title-template", []string{"{title} it's # no comment"}},
		{10, "bind", []string{"127.0.0.1", "::1"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDirectivesTheServerWouldRefuse(t *testing.T) {
	for conf, want := range map[string]string{
		"appendonly":                   "line 1: appendonly has no value",
		"\ndir \"/data":                "line 2: a quote is never closed",
		"dir '/data":                   "a quote is never closed",
		"dir \"/data\"x":               "something follows a closing quote",
		"save 900 1\nrequirepass 'a'b": "line 2",
	} {
		if got, err := Directives(conf); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v", conf, got, err)
		}
	}
}

func FuzzDirectives(f *testing.F) {
	f.Add("save \"\"\nmaxmemory 1gb\n")
	f.Add("a '\\'' \"\\x4\"")
	f.Fuzz(func(t *testing.T, conf string) {
		all, err := Directives(conf)
		for _, d := range all {
			if err == nil && (d.Name == "" && !strings.Contains(conf, `""`) && !strings.Contains(conf, `''`) || len(d.Args) == 0) {
				t.Errorf("%q gave %+v", conf, d)
			}
		}
		Differences(all, map[string]string{"save": "900 1"})
	})
}
