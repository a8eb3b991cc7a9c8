package monitor

import (
	"strings"
	"testing"
)

func TestMostAdvanced(t *testing.T) {
	announced := []string{"5.2 s1 +switch-master m a:1 b:1", "5.3 s1 names b in 1"}
	for name, c := range map[string]struct {
		lines []string
		most  bool
		want  string // of the account, or of the error
	}{
		"level, after the old one stopped": {[]string{"4.9 b slave of a 500", "4.9 c slave of a 500", "5 b master 500", "5 c slave of a 500"},
			true, "b was promoted at offset 500; c 500 (asked every 50ms)"},
		"ahead":                                {[]string{"4.9 b slave of a 700", "4.9 c slave of a 500", "5 b master 700", "6 c slave of b 900"}, true, "b was promoted at offset 700; c 500"},
		"behind":                               {[]string{"4.9 b slave of a 500", "4.9 c slave of a 700", "5 b master 500", "5 c slave of a 700"}, false, "b was promoted at offset 500; c 700"},
		"behind, whatever happened in between": {[]string{"4.9 b slave of a 500", "4.9 c slave of a 700", "5 b master 600", "5.01 c slave of a 800"}, false, "at offset 500 to 600; c 700 to 800"},
		"while the stream flowed on": {[]string{"4.9 b slave of a 500", "4.88 c slave of a 490", "5 b master 560", "5.01 c slave of a 550"}, false,
			"cannot tell who was ahead, the stream flowed on: b was promoted at offset 500 to 560; c 490 to 550"},
		"while the other one was dead":       {[]string{"3 c slave of a 900", "3.1 c silent", "4.9 b slave of a 500", "4.9 c silent", "5 b master 500"}, true, "b was promoted at offset 500; c silent"},
		"while the other one hiccuped":       {[]string{"4.7 c slave of a 900", "4.8 c silent", "4.9 b slave of a 500", "5 b master 500", "5 c slave of a 900"}, false, "c 900"},
		"while it was a master all the time": {[]string{"0 b master 5", "5 b master 5"}, false, "b was not seen to become a master around 15:04:05.200"},
		"long after":                         {[]string{"4.9 b slave of a 5", "7 b master 5"}, false, "b was not seen to become a master"},
		"after it had been one before": {[]string{"1 b master 9", "2 b slave of a 400", "4.9 b slave of a 500", "4.9 c slave of a 500", "5 b master 500", "5.1 b master 600", "5.1 c slave of a 500"},
			true, "b was promoted at offset 500; c 500"},
	} {
		r := tell(t, append(c.lines, announced...)...)
		got, err := r.MostAdvanced(r.Switches(at(0), at(9))[0])
		text := got.String()
		if err != nil {
			text = err.Error()
		}
		if got.Most != c.most || !strings.Contains(text, c.want) || c.most && err != nil {
			t.Errorf("%s: %v, %s", name, got.Most, text)
		}
	}
}
