package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// golden compares with a file of testdata; a failure shows what to put there once it was read and found right.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("%s, %v: got\n%s", path, err, got)
	}
}

func TestTheTerminalReadsLikeAVerdict(t *testing.T) {
	var out bytes.Buffer
	if err := Terminal(&out, example()); err != nil {
		t.Fatal(err)
	}
	golden(t, "terminal.txt", out.String())
}

func TestTheSummaryIsMarkdown(t *testing.T) {
	r := example()
	r.Suites[1].Specs[0].Failovers = []Failover{{Fault: "a server | that hangs", Gap: Seconds(4700 * time.Millisecond), Lost: 3, Acked: 4812}}
	var out bytes.Buffer
	if err := Markdown(&out, r); err != nil {
		t.Fatal(err)
	}
	golden(t, "summary.md", out.String())
}

func TestALongFailureIsCutAndAnEmptyRunIsSaidSo(t *testing.T) {
	r := Report{Suites: []Suite{{"s", []Spec{{Name: "n", State: Failed, Failure: &Failure{Message: strings.Repeat("line\n", 30)}}}}}}
	var out bytes.Buffer
	if err := Terminal(&out, r); err != nil || strings.Count(out.String(), "line\n") != messageLines || !strings.Contains(out.String(), "… 22 more lines") {
		t.Errorf("%v %s", err, out.String())
	}
	empty := Report{}
	empty.Conclude("")
	out.Reset()
	if err := Terminal(&out, empty); err != nil || !strings.HasSuffix(out.String(), "\ninvalid: no spec ran\n") {
		t.Errorf("%v %s", err, out.String())
	}
}

func TestJUnit(t *testing.T) {
	r := example()
	r.Suites[0].Specs[1].Failure.Message += "\x1b[31mred\x1b[0m <&>]]>"
	var out bytes.Buffer
	if err := WriteJUnit(&out, r); err != nil {
		t.Fatal(err)
	}
	golden(t, "junit.xml", out.String())
	var back junitSuites
	if err := xml.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back.Tests != 5 || back.Failures != 1 || back.Errors != 1 || len(back.Suites) != 2 || back.Suites[1].Skipped != 2 {
		t.Errorf("%+v", back)
	}
	if c := back.Suites[0].Cases[1]; c.Failure == nil || c.Error != nil || !strings.Contains(c.Out, "outage 1.43 s (at most 6 s)") {
		t.Errorf("%+v", c)
	}
}

func TestJUnitOfARunThatCouldNotTakePlace(t *testing.T) {
	r := Report{}
	r.Conclude("no engine: install podman")
	var out bytes.Buffer
	if err := WriteJUnit(&out, r); err != nil || !strings.Contains(out.String(), `<error message="no engine: install podman"`) {
		t.Errorf("%v %s", err, out.String())
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestADiskWithoutRoomIsAnError(t *testing.T) {
	for _, err := range []error{WriteJSON(full{}, example()), WriteJUnit(full{}, example()), Terminal(full{}, example()), Markdown(full{}, example())} {
		if err == nil {
			t.Error("nothing was said")
		}
	}
}
