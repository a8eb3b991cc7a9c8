package reach

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

var errRefused = errors.New("refused")

func visitor(name string, wants bool, answers map[string]error) Visitor {
	return Visitor{
		Name: name, Admit: func(Door) bool { return wants },
		Knock:  func(_ context.Context, d Door) error { return answers[d.Name] },
		Denied: func(err error) bool { return errors.Is(err, errRefused) },
	}
}

func doors() []Door { return []Door{{"redis", "10.0.0.1:6379"}, {"sentinel", "10.0.0.1:26379"}} }

func TestATableIsRightOnlyIfEveryCellIs(t *testing.T) {
	friend := visitor("friend", true, nil)
	for name, c := range map[string]struct {
		other Visitor
		wrong string // one of the lines; empty: none
	}{
		"refused everywhere":   {visitor("stranger", false, map[string]error{"redis": errRefused, "sentinel": errRefused}), ""},
		"admitted by one":      {visitor("stranger", false, map[string]error{"redis": errRefused}), "stranger got through to sentinel, and should not"},
		"shut out by one":      {visitor("guest", true, map[string]error{"redis": errRefused}), "guest should get through to redis, but: refused"},
		"a name that is wrong": {visitor("stranger", false, map[string]error{"redis": errors.New("no such host"), "sentinel": errRefused}), "stranger at redis: neither admitted nor refused: no such host"},
	} {
		wrong := strings.Join(Probe(t.Context(), []Visitor{friend, c.other}, doors()).Wrong(), "\n")
		if wrong != c.wrong {
			t.Errorf("%s: %q", name, wrong)
		}
	}
}

func TestADoorThatNobodyEntersProvesNothing(t *testing.T) {
	table := Probe(t.Context(), []Visitor{visitor("stranger", false, map[string]error{"redis": errRefused, "sentinel": errRefused})}, doors())
	if wrong := table.Wrong(); len(wrong) != 2 || !strings.Contains(wrong[0], "nobody got through to redis") {
		t.Errorf("%q", wrong)
	}
}

func TestATablePrintsWhatWasSeenAgainstWhatWasExpected(t *testing.T) {
	table := Probe(t.Context(), []Visitor{
		visitor("friend", true, nil), visitor("stranger", false, map[string]error{"redis": errRefused}),
	}, doors())
	want := "          redis  sentinel\nfriend    open   open\nstranger  shut   open (want shut)\n"
	if got := table.String(); got != want {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}

func TestTheSlowestVisitIsKnown(t *testing.T) {
	table := Table{{Who: "quick", Took: time.Millisecond}, {Who: "slow", Took: time.Second}, {Who: "unknown"}}
	if got := table.Slowest(); got.Who != "slow" {
		t.Errorf("got %+v", got)
	}
}
