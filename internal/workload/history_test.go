package workload

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const header = `{"schema":"redis-e2e/history/v1","started":"2026-11-23T12:00:00Z"}` + "\n"
const line = `{"key":"w:0","seq":1,"begin":5,"end":9,"outcome":"acked"}` + "\n"

func read(text string) (ops []Op, err error) {
	for op, problem := range (History{&memory{text: []byte(text)}}).Ops() {
		if problem != nil {
			return ops, problem
		}
		ops = append(ops, op)
	}
	return ops, nil
}

func TestATornLastLineIsPassedOver(t *testing.T) {
	for cut := range len(line) {
		ops, err := read(header + line + line[:cut])
		want := 1
		if cut == len(line)-1 { // only the newline is missing: the operation is whole
			want = 2
		}
		if err != nil || len(ops) != want {
			t.Errorf("cut after %d bytes: %d operations, %v", cut, len(ops), err)
		}
	}
}

func TestDamageIsNamedByItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"":   "unexpected EOF",
		"\n": "line 1: no header",
		line: "line 1: no header",
		`{"schema":"redis-e2e/history/v9"}` + "\n":                                         `line 1: its schema is "redis-e2e/history/v9"`,
		header + line[:20] + "\n" + line:                                                   "line 2:",
		header + line + "\n" + line:                                                        "line 3:",
		header + line + `{"seq":1,"key":"w:0","begin":5,"end":9,"outcome":"acked"}` + "\n": "line 3:",
		header + `{"key":"w:0","seq":1,"begin":5,"end":9,"outcome":"done"}` + "\n":         "line 2: no operation",
		header + `{"key":"w:0","seq":1,"begin":9,"end":5,"outcome":"acked"}` + "\n":        "line 2: no operation",
		header + `{"key":"w:0","seq":0,"begin":5,"end":9,"outcome":"acked"}` + "\n":        "line 2: no operation",
		header + `{"key":"w:0","seq":1e99,"begin":5,"end":9,"outcome":"acked"}` + "\n":     "line 2:",
		header + `{"key":"w:0","seq":01,"begin":5,"end":9,"outcome":"acked"}` + "\n":       "line 2:",
		header + `{"key":"w:0","seq":1,"begin":5,"end":9,"outcome":"acked"}x` + "\n":       "line 2:",
		header + `{"key":"` + strings.Repeat("x", lineLimit) + `"}` + "\n":                 "line 2 is longer",
		header + "{}\n": "line 2: neither an operation nor a record",
	} {
		if ops, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.90q: %v, %v, want %q", text, ops, err, want)
		}
	}
}

func TestConclusions(t *testing.T) {
	if _, err := (History{&memory{text: []byte(header + line)}}).Judge(); err == nil || !strings.Contains(err.Error(), "never concluded") {
		t.Errorf("got %v", err)
	}
	backwards := header + line + `{"window":{"begin":1,"need":{}}}` + "\n" + `{"read":"w:0","runs":[[7,1]]}` + "\n"
	if _, err := (History{&memory{text: []byte(backwards)}}).Judge(); err == nil || !strings.Contains(err.Error(), "line 4: a run of key w:0") {
		t.Errorf("got %v", err)
	}
	s := simulate(300, 2)
	h := s.saved(t)
	for _, seen := range []*Observed{NewObserved(), s.seen()} { // concluded twice: the last one counts
		if err := h.Conclude(kill(100), seen); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := h.Judge(); err != nil || v.Lost != 0 || v.Acked != 300 || v.Assumptions != nil {
		t.Errorf("%s, %v", v, err)
	}
}

func TestAJournalSurvivesItsProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.ndjson")
	j, err := begin(file(path), Schema)
	if err != nil {
		t.Fatal(err)
	}
	j.add(Op{Key: "w:0", Seq: 1, Outcome: Acked})
	j.add(Op{Key: "w:0", Seq: 2, Begin: j.at(time.Now()), Outcome: Failed, Err: "dial \"x\": " + strings.Repeat("é", 200)})
	for deadline := time.Now().Add(5 * time.Second); ; { // nobody calls close: this is what a SIGKILL would leave
		text, _ := os.ReadFile(path)
		if strings.Count(string(text), "\n") == 3 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("nothing was flushed: %s", text)
		}
		<-time.After(5 * time.Millisecond)
	}
	count := 0
	for op, err := range Saved(path).Ops() {
		if err != nil || op.End < op.Begin {
			t.Errorf("%+v, %v", op, err)
		}
		count++
	}
	if count != 2 || j.close() != nil {
		t.Errorf("%d operations", count)
	}
}

func FuzzHistory(f *testing.F) {
	f.Add([]byte(header + line + line[:30]))
	f.Add([]byte(header + `{"key":"w:0","seq":1,"begin":5,"end":9,"outcome":"failed","err":"a \"b\""}` + "\n"))
	f.Add([]byte(header + `{"window":{"begin":1,"end":2,"need":{}}}` + "\n" + `{"read":"w:0","runs":[[1,4]],"strangers":["x"]}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		ops, _ := read(string(text))
		_, _, _ = History{&memory{text: text}}.Conclusion()
		for _, op := range ops { // what is accepted must be written and read back as the same thing
			d := decoder{keys: map[string]string{}}
			encoded := appendOp(nil, op)
			again, err := d.op(encoded[:len(encoded)-1])
			op.Err, again.Err = "", ""
			if err != nil || again != op {
				t.Fatalf("%+v became %+v, %v", op, again, err)
			}
			if exact, err := slow(encoded); err != nil || exact.Key != again.Key || exact.Seq != again.Seq || exact.End != again.End {
				t.Fatalf("read by hand %+v, by encoding/json %+v, %v", again, exact, err)
			}
		}
	})
}
