package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// history writes n acknowledged writes of one key, the fault in their middle; lost of them are not read back.
func history(t *testing.T, n, lost int) string {
	var text strings.Builder
	fmt.Fprintln(&text, `{"schema":"redis-e2e/history/v1","started":"2026-11-23T12:00:00Z"}`)
	for i := range n {
		fmt.Fprintf(&text, `{"key":"w:0","seq":%d,"begin":%d,"end":%d,"outcome":"acked"}`+"\n", i+1, i*1_000_000, i*1_000_000+500_000)
	}
	if lost >= 0 {
		fmt.Fprintf(&text, `{"window":{"name":"kill","begin":%d,"need":{}}}`+"\n", n/2*1_000_000)
		fmt.Fprintf(&text, `{"read":"w:0","runs":[[%d,%d]]}`+"\n", lost+1, n)
	}
	return saved(t, text.String())
}

// registers writes and reads a key; a stale run reads the first value at its end.
func registers(t *testing.T, stale bool) string {
	var text strings.Builder
	fmt.Fprintln(&text, `{"schema":"redis-e2e/registers/v1","started":"2026-11-23T12:00:00Z"}`)
	op := func(do string, value, begin, end int) {
		fmt.Fprintf(&text, `{"key":"r:0","client":1,"do":"%s","value":%d,"begin":%d,"end":%d,"outcome":"acked"}`+"\n", do, value, begin, end)
	}
	for i := range 200 {
		op("write", i+1, i*1000, i*1000+500)
		op("read", i+1, i*1000+400, i*1000+900)
	}
	if stale {
		op("read", 1, 1_000_000, 1_000_500)
	}
	return saved(t, text.String()+`{"window":{"begin":0,"need":{}}}`+"\n")
}

func saved(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "history.ndjson")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheckJudgesEachFile(t *testing.T) {
	whole, lossy, stale := history(t, 1000, 0), history(t, 1000, 7), registers(t, true)
	for name, c := range map[string]struct {
		files []string
		exit  int
		says  []string
	}{
		"kept":            {[]string{whole}, 0, []string{"✓", "kept all 1,000 acknowledged writes; outage", "acknowledged 1000 (before 500, during 0, after the fault 500), lost 0", "phantom 0, reordered 0", "longest gap 1.0 ms", "assumptions: hold"}},
		"lost":            {[]string{lossy}, 1, []string{"✗", "lost 7 of 1,000 acknowledged writes; the first was acknowledged 499 ms before the kill", "loss window 6.0 ms"}},
		"too few":         {[]string{history(t, 20, 0)}, 2, []string{"?", "invalid: only 10 acknowledged writes before the kill, need 100"}},
		"never concluded": {[]string{history(t, 20, -1)}, 2, []string{"never concluded", "it holds 20 acknowledged, 0 refused or never sent, 0 indeterminate, from 2026-11-23 12:00:00.000 to 12:00:00.019 UTC", "nobody read back"}},
		"no history":      {[]string{saved(t, "{}\n")}, 2, []string{"no header of a history"}},
		"empty":           {[]string{saved(t, "")}, 2, []string{"it is empty"}},
		"not there":       {[]string{"/nowhere/x"}, 2, []string{"no such file"}},
		"damaged":         {[]string{saved(t, `{"schema":"redis-e2e/history/v1"}`+"\n"+`{"key":"w`+"\n"+`{"window":{"begin":0,"need":{}}}`+"\n")}, 2, []string{"line 2"}},
		"lag":             {[]string{saved(t, `{"schema":"redis-e2e/lag/v1"}`+"\n")}, 2, []string{"makes no promise"}},
		"linearizable":    {[]string{registers(t, false)}, 0, []string{"✓", "linearizable: 200 reads and 200 writes on 1 keys, 200 of them concurrent"}},
		"stale":           {[]string{stale}, 1, []string{"✗", "not linearizable: key r:0: read 1 at 0.001000 s after 2 was acknowledged at 0.000002 s"}},
		"several":         {[]string{whole, "/nowhere/x", lossy}, 1, []string{"✓", "✗", "?"}},
	} {
		var out strings.Builder
		err := check(&out, c.files, false)
		if exit := exitOf(err); exit != c.exit {
			t.Errorf("%s: exit %d, want %d", name, exit, c.exit)
		}
		for _, want := range c.says {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: %q is missing in\n%s", name, want, out.String())
			}
		}
	}
}

func exitOf(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errRed):
		return exitRed
	}
	return exitEnvironment
}

func TestCheckForMachines(t *testing.T) {
	var out strings.Builder
	if err := check(&out, []string{history(t, 1000, 7), registers(t, true)}, true); !errors.Is(err, errRed) {
		t.Errorf("got %v", err)
	}
	in := json.NewDecoder(strings.NewReader(out.String()))
	var writer, register struct {
		Kind  string
		Exit  int
		Facts struct {
			Lost       int
			LossWindow int64
			Answer     string
		}
	}
	if err := errors.Join(in.Decode(&writer), in.Decode(&register)); err != nil {
		t.Fatal(err)
	}
	if writer.Exit != 1 || writer.Facts.Lost != 7 || writer.Facts.LossWindow != 6_000_000 || register.Facts.Answer != "not linearizable" || register.Kind != "redis-e2e/registers/v1" {
		t.Error(out.String())
	}
}
