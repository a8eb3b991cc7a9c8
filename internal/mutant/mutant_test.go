package mutant

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"redis-e2e/internal/report"
)

func TestEveryMutantCanBePlantedIntoTheReferenceChart(t *testing.T) {
	all, err := Load(filepath.Join("..", "..", "fixtures", "mutants"))
	if err != nil {
		t.Fatal(err)
	}
	chart := filepath.Join("..", "..", "charts", "redis")
	for _, m := range all {
		to := filepath.Join(t.TempDir(), m.Name)
		if err := m.Plant(chart, to); err != nil {
			t.Error(err)
			continue
		}
		for _, e := range m.Edits {
			planted, err := os.ReadFile(filepath.Join(to, e.File))
			healthy, herr := os.ReadFile(filepath.Join(chart, e.File))
			if err != nil || herr != nil || string(planted) == string(healthy) {
				t.Errorf("%s leaves %s as it was: %v, %v", m.Name, e.File, err, herr)
			}
		}
	}
}

func TestAPassageThatIsNotThereOnceIsAnError(t *testing.T) {
	chart := t.TempDir()
	put(t, filepath.Join(chart, "start.sh"), "a b b")
	for from, want := range map[string]string{"a": "", "b": `"b" 2 times`, "c": `"c" 0 times`, "": "want once"} {
		err := Mutant{Name: "01-x", Edits: []Edit{{"start.sh", from, "z"}}}.Plant(chart, filepath.Join(t.TempDir(), "planted"))
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", from, err, want)
		}
	}
}

const complete = "bug: b\nshipped: [a/b#1]\nsuite: tls\ncaughtBy: c d\nsays: lost \\d+\nedits: [{file: f, from: g, to: h}]\n"

func TestAMutantThatLacksSomethingIsNamed(t *testing.T) {
	for _, x := range []struct{ old, new, err string }{
		{"", "", ""},
		{"suite: tls\n", "", "01-x.yaml: it needs the key suite"},
		{"caughtBy", "caughtby2", "unknown field"},
		{"edits: [{file: f, from: g, to: h}]\n", "", "at least one of edits"},
		{`lost \d+`, "'('", "missing closing"},
	} {
		dir := t.TempDir()
		put(t, filepath.Join(dir, "01-x.yaml"), strings.Replace(complete, x.old, x.new, 1))
		all, err := Load(dir)
		if (x.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), x.err) {
			t.Errorf("without %q: got %v, %v; want %q", x.old, all, err, x.err)
		}
	}
	if _, err := Load(t.TempDir()); err == nil {
		t.Error("a folder without mutants must be an error")
	}
}

func one(t *testing.T) Mutant {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "01-x.yaml"), complete)
	all, err := Load(dir)
	if err != nil || len(all) != 1 || all[0].Name != "01-x" {
		t.Fatal(all, err)
	}
	return all[0]
}

func TestOnlyTheRightSpecWithTheRightWordsCatchesAMutant(t *testing.T) {
	m := one(t)
	red := func(name, message string) report.Spec {
		return report.Spec{Name: name, State: report.Failed, Duration: report.Seconds(3 * time.Second), Failure: &report.Failure{Message: message}}
	}
	for wrong, specs := range map[string][]report.Spec{
		"":                            {red("c d", "expected\n  lost 17 of 20 | all\n"), {Name: "other", State: report.Skipped}},
		"it stays green":              {{Name: "c d", State: report.Passed}},
		"another spec is red: c d e":  {red("c d", "lost 17"), red("c d e", "lost 17")},
		"does not match \"lost":       {red("c d", "timed out")},
		`has no spec of the name "c `: {{Name: "other", State: report.Skipped}},
	} {
		v := m.Judge(report.Suite{Name: "tls", Specs: specs})
		if (wrong == "") != (v.Wrong == "") || !strings.Contains(v.Wrong, wrong) {
			t.Errorf("got %q, want %q", v.Wrong, wrong)
		}
	}
	caught := m.Judge(report.Suite{Specs: []report.Spec{red("c d", "expected\n  lost 17 of 20 | all\n")}})
	missed := m.Judge(report.Suite{Specs: []report.Spec{{Name: "c d", State: report.Passed}}})
	var text strings.Builder
	if err := Record(&text, []Verdict{caught, missed}, "a machine"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Measured once on a machine.", `| [01-x](../fixtures/mutants/01-x.yaml) | b | a/b#1 | tls: c d | lost 17 of 20 \| all | 3 |`, "| **not caught**: it stays green | 0 |",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &text)
		}
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
