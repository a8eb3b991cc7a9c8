package session

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"redis-e2e/internal/bootstrap"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/report"
)

func TestASuiteReadsTheSessionThatTheCommandWrote(t *testing.T) {
	want := Session{
		ID: "x", Dir: "/out/x", Config: config.Default("/root", "/cache"), Engine: "podman",
		Machine: bootstrap.Machine{Mode: "build", Why: "no registry"},
		Cluster: cluster.Handle{Name: "c", Provider: "kind", Kubeconfig: []byte("apiVersion: v1\n"), Owned: true, Nodes: 3},
	}
	want.Machine.Images.Redis.Ref, want.Machine.Images.Redis.Digest = "r:1", "sha256:1"
	path := filepath.Join(t.TempDir(), "new", "session.json")
	if err := want.Write(path); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v; want %+v", got, err, want)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a file with credentials has mode %v, %v", info.Mode(), err)
	}
}

func TestABrokenSessionIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "session.json")
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a missing one: %v", err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("half a one: %v", err)
	}
}

func TestRunsAreNamedByTheirStart(t *testing.T) {
	at := time.Date(2026, 3, 4, 23, 5, 6, 0, time.FixedZone("", -3600))
	if id := NewID(at); id != fmt.Sprintf("20260305-000506-%d", os.Getpid()) {
		t.Errorf("named %s", id)
	}
}

func tell(t *testing.T, m Mailbox, events ...Event) {
	t.Helper()
	for _, e := range events {
		if err := m.Tell(e); err != nil {
			t.Fatal(err)
		}
	}
}

// expect reads on from a place, checks the specs named there, and gives the next place.
func expect(t *testing.T, m Mailbox, from int64, specs ...string) int64 {
	t.Helper()
	events, next, err := m.Events(from)
	var got []string
	for _, e := range events {
		got = append(got, e.Spec)
	}
	if err != nil || !reflect.DeepEqual(got, specs) {
		t.Errorf("from byte %d: read %q, %v; want %q", from, got, err, specs)
	}
	return next
}

func raw(t *testing.T, m Mailbox, text string) {
	t.Helper()
	f, err := m.open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func TestEventsAreReadOnceAndInOrder(t *testing.T) {
	m := Mailbox{Dir: t.TempDir(), Suite: "tls"}
	at := expect(t, m, 0)
	tell(t, m, Event{Spec: "a"}, Event{Spec: "b"})
	at = expect(t, m, at, "a", "b")
	at = expect(t, m, at)
	tell(t, m, Event{Spec: "a", State: report.Passed})
	expect(t, m, at, "a")
}

func TestALineThatIsStillBeingWrittenWaits(t *testing.T) {
	m := Mailbox{Dir: t.TempDir(), Suite: "tls"}
	tell(t, m, Event{Spec: "a"})
	raw(t, m, `{"spec":"b","st`)
	at := expect(t, m, 0, "a")
	at = expect(t, m, at)
	raw(t, m, `ate":""}`+"\n")
	at = expect(t, m, at, "b")
	expect(t, m, at)
}

func TestALineThatAKilledProcessLeftTornIsPassedOver(t *testing.T) {
	m := Mailbox{Dir: t.TempDir(), Suite: "tls"}
	raw(t, m, `{"spec":"tor`)
	tell(t, m, Event{Spec: "lost with it"}, Event{Spec: "b"})
	at := expect(t, m, 0, "b")
	tell(t, m, Event{Spec: "c"})
	at = expect(t, m, at, "c")
	expect(t, m, at)
}

func TestLinesOfSeveralProcessesDoNotMix(t *testing.T) {
	m := Mailbox{Dir: t.TempDir(), Suite: "tls"}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if err := m.Tell(Event{Spec: strings.Repeat("a sentence ", 40)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if events, _, err := m.Events(0); err != nil || len(events) != 400 {
		t.Errorf("read %d events of 400, %v", len(events), err)
	}
}

func TestAnOutcomeIsReadAsItWasLeft(t *testing.T) {
	m := Mailbox{Dir: t.TempDir(), Suite: "tls"}
	_, err := m.Outcome()
	if err == nil || !strings.Contains(err.Error(), "suite tls left no results, see "+m.Log()) {
		t.Errorf("before it is left: %v", err)
	}
	want := Outcome{Suite: report.Suite{Name: "tls", Specs: []report.Spec{{Name: "s", State: report.Passed, Duration: report.Seconds(time.Second)}}}, Setup: "why"}
	if err := m.Finish(want); err != nil {
		t.Fatal(err)
	}
	if got, err := m.Outcome(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v; want %+v", got, err, want)
	}
}
