package report

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestJSONRoundTrip(t *testing.T) {
	var text bytes.Buffer
	if err := WriteJSON(&text, example()); err != nil {
		t.Fatal(err)
	}
	got, err := ReadJSON(bytes.NewReader(text.Bytes()))
	want := example()
	want.Schema = Schema
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
	for _, field := range []string{`"schema": "redis-e2e/report/v1"`, `"duration": 192.4`, `"verdict": "red"`, `"exit": 1`, `"within": false`,
		`"budget": 6`, `"bound": "at most"`, `"begin": "2026-11-23T12:00:30Z"`, `"nodeImage": "sha256:0123`} {
		if !strings.Contains(text.String(), field) {
			t.Errorf("%s is missing in %s", field, text.String())
		}
	}
}

func TestReportsThatCannotBeReadOrWritten(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "cannot be read",
		"{}":                               `schema ""`,
		`{"schema":"redis-e2e/report/v2"}`: `schema "redis-e2e/report/v2", this program reads "redis-e2e/report/v1"`,
		`{"run":{"duration":"3s"}}`:        "a duration is a number of seconds",
	} {
		if _, err := ReadJSON(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	r := example()
	r.Suites[0].Specs[0].Measurements = []Measurement{Measured("ratio", math.NaN(), "")}
	if err := WriteJSON(&bytes.Buffer{}, r); err == nil {
		t.Error("NaN is no measurement")
	}
}

func TestConclusions(t *testing.T) {
	one := func(states ...State) Report {
		r := Report{Suites: []Suite{{Name: "s"}}}
		for _, s := range states {
			r.Suites[0].Specs = append(r.Suites[0].Specs, Spec{Name: "spec " + string(s), State: s})
		}
		return r
	}
	for _, c := range []struct {
		states      []State
		environment string
		verdict     Verdict
		exit        int
		reason      string
	}{
		{[]State{Passed, Passed}, "", Green, 0, "all 2 specs passed"},
		{[]State{Passed, Skipped, Pending}, "", Green, 0, "1 specs passed, 2 did not run"},
		{[]State{Passed, Failed, SpecInvalid}, "", Red, 1, "1 of 3 specs failed, first: spec failed"},
		{[]State{Passed, SpecInvalid}, "", Invalid, 1, "1 of 2 specs prove nothing, first: spec invalid"},
		{[]State{Passed, "what"}, "", Invalid, 1, "1 of 2 specs prove nothing, first: a spec of unknown state"},
		{[]State{Skipped}, "", Invalid, 2, "no spec ran"},
		{nil, "", Invalid, 2, "no spec ran"},
		{nil, "no engine found", Invalid, 2, "no engine found"},
		{[]State{Passed}, "interrupted", Invalid, 2, "interrupted"},
		{[]State{Failed}, "interrupted", Red, 1, "1 of 1 specs failed, first: spec failed; and interrupted"},
	} {
		r := one(c.states...)
		r.Conclude(c.environment)
		if r.Run.Verdict != c.verdict || r.Run.Exit != c.exit || r.Run.Reason != c.reason {
			t.Errorf("%v, %q: got %+v", c.states, c.environment, r.Run)
		}
	}
}

func TestMeasurementsAgainstTheirBudget(t *testing.T) {
	for want, m := range map[string]Measurement{
		"lost 0 (at most 0)":                                Measured("lost", 0, "").Budgeted(AtMost, 0),
		"outage 6.01 s (OVER at most 6 s)":                  Measured("outage", 6.01, "s").Budgeted(AtMost, 6),
		"rate 1999 writes/s (UNDER at least 2000 writes/s)": Measured("rate", 1999, "writes/s").Budgeted(AtLeast, 2000),
		"ratio 0.0123":                                      Measured("ratio", 0.012345, ""),
		"bytes 123456789 B":                                 Measured("bytes", 123456789, "B"),
	} {
		if m.String() != want {
			t.Errorf("got %s, want %s", m, want)
		}
	}
}

func TestBusyIsAUnion(t *testing.T) {
	for _, c := range []struct {
		waits []Wait
		want  time.Duration
	}{
		{nil, 0},
		{[]Wait{wait(5, 5), wait(9, 3)}, 0},
		{[]Wait{wait(0, 10), wait(20, 30)}, 20 * time.Second},
		{[]Wait{wait(20, 30), wait(0, 25), wait(2, 3)}, 30 * time.Second},
		{[]Wait{wait(0, 10), wait(10, 20), wait(0, 20)}, 20 * time.Second},
	} {
		if got := Busy(c.waits); got != c.want {
			t.Errorf("%v: got %s", c.waits, got)
		}
	}
}

func TestDurationsForPeople(t *testing.T) {
	for want, d := range map[string]time.Duration{"0 s": 0, "1 ms": time.Microsecond, "12 ms": 12 * time.Millisecond, "1.8 s": 1800 * time.Millisecond,
		"3 min 12 s": 192 * time.Second, "-2.0 s": -2 * time.Second} {
		if got := Seconds(d).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
