package report

import (
	"strings"
	"testing"
)

func ran(id string, specs ...Spec) Report {
	return Report{Run: Run{ID: id}, Suites: []Suite{{Name: "sentinel", Specs: specs}}}
}

func TestAComparisonNamesWhatGotWorseFirst(t *testing.T) {
	before := ran("a",
		Spec{Name: "hands over", State: Passed, Measurements: []Measurement{Measured("outage", 1.5, "s"), Measured("lost writes", 0, "writes")}},
		Spec{Name: "is drained", State: Passed, Measurements: []Measurement{Measured("outage", 4, "s"), Measured("install to ready", 10, "s")}},
		Spec{Name: "was mended", State: Failed}, Spec{Name: "was dropped", State: Passed}, Spec{Name: "broke", State: Passed})
	after := ran("b",
		Spec{Name: "hands over", State: Passed, Measurements: []Measurement{Measured("outage", 1.9, "s"), Measured("lost writes", 3, "writes")}},
		Spec{Name: "is drained", State: Passed, Measurements: []Measurement{Measured("outage", 9, "s"), Measured("install to ready", 5, "s")}},
		Spec{Name: "was mended", State: Passed}, Spec{Name: "is new", State: Passed}, Spec{Name: "broke", State: SpecInvalid})
	c := Compare(before, after)
	want := []string{
		"a -> b",
		"WORSE  passed -> invalid     sentinel: broke",
		"       passed -> absent      sentinel: was dropped",
		"       absent -> passed      sentinel: is new",
		"       failed -> passed      sentinel: was mended",
		"WORSE  0 writes -> 3 writes  sentinel: hands over, lost writes", // 0.4 s of outage is noise, one lost write is not
		"WORSE  4 s -> 9 s            sentinel: is drained, outage",
		"       10 s -> 5 s           sentinel: is drained, install to ready",
	}
	got := c.String()
	for _, line := range want {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("no line %q in\n%s", line, got)
		}
	}
	if strings.Count(got, "\n") != len(want) || !c.Worse() || !strings.HasPrefix(got, want[0]+"\n"+want[1]) {
		t.Errorf("got\n%s", got)
	}
}

func TestEqualRunsDoNotDiffer(t *testing.T) {
	c := Compare(example(), example())
	if c.Worse() || !strings.Contains(c.String(), "no spec and no measurement differs noticeably") {
		t.Errorf("got\n%s", c)
	}
}
