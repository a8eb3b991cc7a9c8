package report

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema compiles docs/report.schema.json; a strict one also refuses fields that it does not describe.
func schema(t *testing.T, strict bool) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "report.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if strict {
		closed(document)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.schema.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func closed(node any) {
	switch n := node.(type) {
	case map[string]any:
		if _, ok := n["properties"].(map[string]any); ok {
			n["additionalProperties"] = false
		}
		for _, child := range n {
			closed(child)
		}
	case []any:
		for _, child := range n {
			closed(child)
		}
	}
}

// everything is a report with no field left empty, so that a field without a description cannot hide.
func everything(t *testing.T) Report {
	t.Helper()
	r := example()
	r.Schema, r.Cluster.NodeImage = Schema, "sha256:1"
	r.Waits = []Wait{{"ready", "redis", time.Unix(1, 0).UTC(), time.Unix(2, 0).UTC()}}
	spec := &r.Suites[0].Specs[0]
	spec.Reason, spec.Failure, spec.Artifacts = "why", &Failure{"message", "file:1"}, "artifacts/x"
	spec.Measurements = []Measurement{Measured("outage", 1, "s").Budgeted(AtMost, 2)}
	spec.Failovers = []Failover{{"hang", 1, -1, 1, 1, 1, "story"}}
	for _, part := range []any{r, r.Run, r.Machine, r.Engine, r.Cluster, r.Chart, r.Images[0], r.Waits[0], *spec, spec.Measurements[0], spec.Failovers[0]} {
		v := reflect.ValueOf(part)
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; v.Field(i).IsZero() && name != "Exit" {
				t.Errorf("%s.%s is empty here, so nothing says whether the schema knows it", v.Type().Name(), name)
			}
		}
	}
	return r
}

func decoded(t *testing.T, from io.Reader) any {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(from)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestTheSchemaDescribesEveryFieldOfAReport(t *testing.T) {
	empty := Report{Run: Run{ID: "1", Started: time.Unix(1, 0).UTC()}}
	empty.Conclude("no engine")
	for name, r := range map[string]Report{"full": everything(t), "of a run that could not start": empty} {
		var text bytes.Buffer
		if err := WriteJSON(&text, r); err != nil {
			t.Fatal(err)
		}
		if err := schema(t, true).Validate(decoded(t, &text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSchemaRefusesWhatIsNoReport(t *testing.T) {
	var text bytes.Buffer
	if err := WriteJSON(&text, everything(t)); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(map[string]any){
		"another schema":      func(r map[string]any) { r["schema"] = "redis-e2e/report/v2" },
		"a verdict":           func(r map[string]any) { r["run"].(map[string]any)["verdict"] = "yellow" },
		"a time":              func(r map[string]any) { r["run"].(map[string]any)["started"] = "yesterday" },
		"a run without one":   func(r map[string]any) { delete(r, "run") },
		"a duration in words": func(r map[string]any) { r["run"].(map[string]any)["duration"] = "4 min" },
	} {
		var r map[string]any
		if err := json.Unmarshal(text.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		spoil(r)
		spoilt, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema(t, false).Validate(decoded(t, strings.NewReader(string(spoilt)))); err == nil {
			t.Errorf("%s: nothing was said", name)
		}
	}
}
