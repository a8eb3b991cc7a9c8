package progress

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// page is a buffer that may be read while it is written.
type page struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *page) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(text)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}

// shows waits until the page holds want.
func (p *page) shows(t *testing.T, want string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !strings.Contains(p.String(), want); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after 5 s %q is not in\n%s", want, p)
		}
	}
}

func TestPlainLinesSayWhatRunsHowItEndsAndWhatIsLeft(t *testing.T) {
	var out page
	p := Plain(&out, time.Hour)
	defer p.Close()
	p.Plan(3)
	first, second := p.Start("etcd"), p.Start("coredns")
	first.Done(nil)
	second.Done(errors.New("no network"))
	p.Say("engine: %s", "podman")
	p.Start("etcd").Done(nil)
	want := "  … etcd\n  … coredns\n  ✓ etcd 0s (2 left)\n  ✗ coredns 0s (1 left)\nengine: podman\n  … etcd\n  ✓ etcd 0s\n"
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", &out, want)
	}
}

func TestPlainLinesRepeatWhatStillRuns(t *testing.T) {
	var out page
	p := Plain(&out, 50*time.Millisecond)
	long := p.Start("kubernetes")
	p.Start("pause").Done(nil)
	out.shows(t, "… kubernetes, ")
	if strings.Contains(out.String(), "pause, ") {
		t.Errorf("pause has ended, and is said to run:\n%s", &out)
	}
	long.Done(nil)
	p.Close()
	p.Close() // a second one does no harm
}

func TestTwoStepsMayHaveOneName(t *testing.T) {
	var out page
	p := Plain(&out, time.Hour)
	defer p.Close()
	a, b := p.Start("agent"), p.Start("agent")
	a.Done(nil)
	b.Done(nil)
	if n := strings.Count(out.String(), "✓ agent 0s\n"); n != 2 {
		t.Errorf("%d steps ended after 0s, want 2:\n%s", n, &out)
	}
}

func TestDurationsAreWhatAPersonReads(t *testing.T) {
	for in, want := range map[time.Duration]string{
		40 * time.Millisecond: "0s", 1234 * time.Millisecond: "1.2s", 75_600 * time.Millisecond: "1m16s",
	} {
		if got := Round(in).String(); got != want {
			t.Errorf("%s is shown as %s, want %s", in, got, want)
		}
	}
}
