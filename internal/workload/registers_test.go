package workload

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// answered waits until both kinds of operations have n more answers.
func answered(t *testing.T, r *Registers, n int64) {
	t.Helper()
	n += r.Answered()
	for deadline := time.Now().Add(20 * time.Second); r.Answered() < n; <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("stuck at %d", r.Answered())
		}
	}
}

func linesOf(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(text), "\n")
}

func TestRegistersAcrossTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		mood mood
		lose bool
		want Answer
	}{
		"nothing happens":                {serve, false, Yes},
		"the connection breaks":          {drop, false, Yes},
		"applied, the answer never came": {swallow, false, Yes},
		"refused":                        {"READONLY You can't write against a read only replica.", false, Yes},
		"the server forgets":             {serve, true, No},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startFake(t)
			path := filepath.Join(t.TempDir(), "registers.ndjson")
			r, err := StartRegisters(t.Context(), RegisterConfig{Client: f.client(), Path: path, Rate: 4000, OpTimeout: 2 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			answered(t, r, 200)
			f.feel(func(command []string) mood {
				if strings.HasSuffix(command[len(command)-1], "7") || len(command) == 2 && len(f.strings)%2 == 1 {
					return c.mood
				}
				return serve
			})
			if c.lose {
				f.mu.Lock()
				clear(f.strings)
				f.mu.Unlock()
			}
			answered(t, r, 200)
			h, err := r.Finish(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.Judge(0); err == nil || !strings.Contains(err.Error(), "never concluded") {
				t.Errorf("got %v", err)
			}
			if err := h.Conclude(Window{}); err != nil {
				t.Fatal(err)
			}
			l, err := SavedRegisters(path).Judge(0)
			if err != nil || l.Answer != c.want || l.Assumptions != nil || (l.Indeterminate > 0) != (c.mood == drop || c.mood == swallow) {
				t.Errorf("%s, %v", l, err)
			}
			if c.lose && !strings.Contains(l.String(), "read nothing at") {
				t.Error(l)
			}
		})
	}
}

func TestRegistersThatMustNotStart(t *testing.T) {
	f := startFake(t)
	f.strings["r:3"] = "1"
	gone := startFake(t)
	gone.on.Close()
	for want, c := range map[string]RegisterConfig{
		"key r:3 exists already": {Client: f.client()},
		"refused":                {Client: gone.client()},
		"no such file":           {Client: f.client(), Prefix: "x", Path: filepath.Join(t.TempDir(), "x", "y")},
	} {
		if _, err := StartRegisters(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestAStrangeValueIsRead(t *testing.T) {
	for text, want := range map[string]int64{"7": 7, "007": Strange, "boo": Strange, "0": Strange, "-1": Strange, "": Strange} {
		if got := valueOf(text); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestRegisterOpsAreReadAsWritten(t *testing.T) {
	for _, op := range []RegisterOp{
		{"r:0", 3, true, 42, 5, 9, Acked, ""}, {"r\"\xc3\xa9", 0, false, Absent, 5, 5, Acked, ""},
		{"r:1", 1, false, Strange, 0, 1, Acked, `read "b"`}, {"r:1", 1, true, 7, 0, 1, Indeterminate, "EOF"},
	} {
		if got, err := parseRegisterOp(appendRegisterOp(nil, op)); err != nil || got != op {
			t.Errorf("%+v became %+v, %v", op, got, err)
		}
	}
	head := `{"schema":"` + RegisterSchema + `"}` + "\n"
	for text, want := range map[string]string{
		header: `its schema is "redis-e2e/history/v1", want "redis-e2e/registers/v1"`,
		head + `{"key":"r","client":0,"do":"write","value":0,"begin":1,"end":2,"outcome":"acked"}` + "\n": "line 2: no operation on a register",
		head + `{"key":"r","client":0,"do":"look","value":1,"begin":1,"end":2,"outcome":"acked"}` + "\n":  "line 2: no operation on a register",
		head + `{"key":"r"` + "\n": "line 2:",
	} {
		h := RegisterHistory{&memory{text: []byte(text)}}
		l := Linearizable(h.Ops(), Window{}, 0)
		if l.Assumptions == nil || !strings.Contains(l.Assumptions.Error(), want) {
			t.Errorf("got %v, want %s", l.Assumptions, want)
		}
	}
	torn := RegisterHistory{&memory{text: []byte(head + `{"key":"r","client":0,"do":"write","value":1,"begin":1,"end":2,"outcome":"acked"}` + "\n" + `{"key":"r","cl`)}}
	if l := Linearizable(torn.Ops(), Window{}, 0); l.Writes != 1 || strings.Contains(l.String(), "cannot be read") {
		t.Error(l)
	}
}
