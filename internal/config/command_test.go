package config

import (
	"strings"
	"testing"
)

func TestACommandRunsOneSpecAgain(t *testing.T) {
	c := Default("/checkout", "/cache")
	c.Procs, c.Keep, c.Repeat, c.Suites = 7, "always", 3, []string{"tls", "metrics"} // decide what else runs
	want := `bin/redis-e2e run --suites=tls --focus='keeps it \(all of it\), isn'\''t it'`
	if got := c.Command("tls", "keeps it (all of it), isn't it"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	c.Redis, c.Values, c.Chart = "7.0", []string{"a.yaml", "b.yaml"}, "my chart"
	want = ` --chart='my chart' --redis='7.0' --values='a.yaml,b.yaml'`
	if got := c.Command("tls", "x"); !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want at its end %s", got, want)
	}
}
