package monitor

import (
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"redis-e2e/internal/redisx"
)

func recording(t *testing.T, path string) *recorder {
	t.Helper()
	r, err := begin(Config{Servers: map[string]redisx.Options{"a": {Addr: "a:1"}, "b": {Addr: "b:1"}}, Every: 50 * time.Millisecond, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOnlyChangesAreKeptWhole(t *testing.T) {
	r := recording(t, "")
	for n := range 20 * 60 { // a minute, in which b becomes a master at 30 s
		when := at(float64(n) * 0.05)
		b := Sample{At: when.Add(time.Millisecond), Server: "b", Role: "slave", Primary: "a:1", Offset: int64(n)}
		if n >= 600 {
			b = Sample{At: b.At, Server: "b", Role: "master", Offset: int64(n)}
		}
		r.sample(Sample{At: when, Server: "a", Role: "master", Offset: int64(n)})
		r.sample(b)
	}
	record := r.copy()
	count := func(from, to float64) (n int) {
		for _, s := range record.Samples {
			if !s.At.Before(at(from)) && s.At.Before(at(to)) {
				n++
			}
		}
		return n
	}
	if all := len(record.Samples); all > 300 {
		t.Errorf("%d of 2400 samples are kept", all)
	}
	if before, after := count(29.05, 30), count(30, 30.95); before < 38 || after < 38 {
		t.Errorf("%d samples in the second before the change and %d after it, want all 38", before, after)
	}
	for second := range 59 {
		if n := count(float64(second), float64(second)+1.1); n < 2 {
			t.Errorf("%d samples in second %d, want one of each", n, second)
		}
	}
	if last := record.Samples[len(record.Samples)-1]; last.Offset != 1199 {
		t.Errorf("the last sample is missing: %+v", last)
	}
}

func TestARecordFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "record")
	r := recording(t, path)
	r.sample(Sample{At: at(1), Server: "a", Role: "master", Offset: 5})
	r.sample(Sample{At: at(1), Server: "b", Silent: "refused"})
	r.event(redisx.Event{At: at(2), Sentinel: "s1", Name: "+switch-master", Set: "m", From: "a:1", To: "b:1"})
	r.hearing("s1", nil)
	killed, err := Load(path) // as it is on disk at any moment
	if err != nil || len(killed.Samples) != 2 || len(killed.Events) != 1 || len(killed.Hearings) != 1 || killed.Servers["b"] != "b:1" {
		t.Errorf("%+v, %v", killed, err)
	}
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	whole, err := Load(path)
	if want := r.copy(); err != nil || !reflect.DeepEqual(whole.Samples, want.Samples) || !reflect.DeepEqual(whole.Events, want.Events) || whole.Ended.Before(killed.Ended) {
		t.Errorf("%+v, %v", whole, err)
	}
	if _, err := begin(Config{Path: path}); err == nil {
		t.Error("a record was written over")
	}
	text, _ := os.ReadFile(path)
	for name, broken := range map[string]string{
		"torn":              string(text) + `{"sample":{"at`,
		"broken within":     strings.Replace(string(text), `{"event"`, `{event`, 1),
		"of another schema": strings.Replace(string(text), Schema, "redis-e2e/monitor/v0", 1),
		"empty":             "",
	} {
		other := filepath.Join(t.TempDir(), "record")
		if err := os.WriteFile(other, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Load(other); (err == nil) != (name == "torn") || name == "torn" && len(got.Samples) != 2 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// One target accepts and never answers, the other refuses: neither slows the other, and Finish does not wait for them.
func TestTargetsThatDoNotAnswer(t *testing.T) {
	hung, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hung.Close()
	c := Config{Servers: map[string]redisx.Options{"hung": {Addr: hung.Addr().String()}, "refusing": {Addr: "127.0.0.1:1"}},
		Sentinels: map[string]redisx.Options{"deaf": {Addr: hung.Addr().String()}}, MasterSet: "m", Every: 10 * time.Millisecond}
	m, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	await(t, "each was asked", func() bool { return len(m.Record().Samples) > 60 })
	begin := time.Now()
	r, err := m.Finish(t.Context())
	if took := time.Since(begin); err != nil || took > time.Second {
		t.Errorf("Finish took %s, %v", took, err)
	}
	why := map[string]string{}
	for _, s := range r.Samples {
		why[s.Server+s.Sentinel] += s.Silent[:3]
	}
	if strings.Trim(why["refusing"], "ref") != "" || strings.Trim(why["hung"], "no ") != "" || strings.Trim(why["deaf"], "no ") != "" || len(why["refusing"]) <= len(why["hung"]) {
		t.Errorf("silent because of %v", why)
	}
	if masters := r.Masters(r.Started, r.Ended); masters.None != masters.Mute || masters.None == 0 {
		t.Error(masters)
	}
	if _, err := m.Finish(t.Context()); err == nil {
		t.Error("it was finished twice")
	}
}

func TestAMonitorThatCannotStart(t *testing.T) {
	server := map[string]redisx.Options{"a": {Addr: "127.0.0.1:1"}}
	for name, c := range map[string]Config{
		"no servers": {}, "no name of the set": {Servers: server, Sentinels: server}, "no directory": {Servers: server, Path: filepath.Join(t.TempDir(), "no", "file")},
	} {
		if _, err := Start(t.Context(), c); err == nil {
			t.Errorf("%s: it started", name)
		}
	}
}
