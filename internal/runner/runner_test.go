package runner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"redis-e2e/internal/config"
	"redis-e2e/internal/progress"
	"redis-e2e/internal/report"
	"redis-e2e/internal/session"
)

func TestAnUnknownSuiteListsTheKnownOnes(t *testing.T) {
	c := config.Config{Root: t.TempDir()}
	if names, err := Suites(c); err == nil || !strings.Contains(err.Error(), c.Root) {
		t.Errorf("a checkout without suites gives %v, %v", names, err)
	}
	for _, name := range []string{"tls", "sentinel", "notes"} {
		file := "suite_test.go"
		if name == "notes" {
			file = "README.md" // no suite
		}
		write(t, filepath.Join(c.Root, "suites", name, file), "")
	}
	for _, x := range []struct {
		asked []string
		want  string
		err   string
	}{
		{nil, "sentinel tls", ""},
		{[]string{"tls"}, "tls", ""},
		{[]string{"tls", "sentinel"}, "tls sentinel", ""},
		{[]string{"tls", "cluster"}, "", `there is no suite "cluster": use one of sentinel, tls`},
		{[]string{"notes"}, "", `there is no suite "notes"`},
	} {
		c.Suites = x.asked
		got, err := Suites(c)
		if strings.Join(got, " ") != x.want || (x.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), x.err) {
			t.Errorf("%v gives %v, %v; want %s, %s", x.asked, got, err, x.want, x.err)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// options runs a shell script instead of Ginkgo; $OUT is where it leaves its outcome.
func options(t *testing.T, script string) Options {
	t.Helper()
	dir := t.TempDir()
	ginkgo := filepath.Join(dir, "ginkgo")
	write(t, ginkgo, "#!/bin/sh\nOUT="+dir+"/suites/tls.json\necho \"$*\" >"+dir+"/args\n"+script+"\n")
	p := progress.Plain(io.Discard, time.Hour)
	t.Cleanup(p.Close)
	c := config.Config{Root: dir, Procs: 3, Focus: "a b", Labels: "!bench"}
	return Options{Session: session.Session{Dir: dir, Config: c}, File: "/tmp/session.json", Bin: "/bin-of-run", Ginkgo: ginkgo, Limit: time.Minute, Progress: p}
}

func leaves(states ...string) string {
	var specs []string
	for _, s := range states {
		specs = append(specs, `{"name":"s","state":"`+s+`"}`)
	}
	return `echo '{"suite":{"name":"tls","specs":[` + strings.Join(specs, ",") + `]}}' >$OUT`
}

func TestARedSpecIsAFindingAndEverythingElseAnError(t *testing.T) {
	for name, c := range map[string]struct{ script, err string }{
		"green":                      {leaves("passed"), ""},
		"red":                        {leaves("passed", "failed") + "; exit 1", ""},
		"nothing is proven":          {leaves("invalid") + "; exit 1", ""},
		"nothing matches the focus":  {leaves() + "; exit 197", ""},
		"it could not start":         {`echo '{"setup":"no cluster"}' >$OUT; exit 1`, "suite tls: no cluster"},
		"it left nothing":            {"echo panic >&2; exit 2", "suite tls left no results, see "},
		"it ended badly after green": {leaves("passed") + "; exit 1", "ended with exit status 1 although no spec is red: see "},
		"half a result":              {`echo '{' >$OUT`, "unexpected end"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t, c.script)
			_, err := Run(t.Context(), o, "tls")
			if (c.err == "") != (err == nil) || err != nil && (!strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("got %v, want one line with %q", err, c.err)
			}
			args, err := os.ReadFile(filepath.Join(o.Session.Dir, "args"))
			for _, want := range []string{"run --procs=3 ", "--focus=a b", "--label-filter=!bench", "--timeout=1m0s", "/bin-of-run/tls.test"} {
				if err != nil || !strings.Contains(string(args), want) {
					t.Errorf("Ginkgo got %q, %v; %q is missing", args, err, want)
				}
			}
		})
	}
}

func TestASuiteIsToldItsSessionAndItsOutputIsKept(t *testing.T) {
	o := options(t, "echo session $"+config.SessionVariable+"; "+leaves("passed"))
	if _, err := Run(t.Context(), o, "tls"); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(session.Mailbox{Dir: o.Session.Dir, Suite: "tls"}.Log()); err != nil || string(text) != "session /tmp/session.json\n" {
		t.Errorf("the log holds %q, %v", text, err)
	}
}

func TestAnInterruptEndsTheSuiteInOrder(t *testing.T) {
	o := options(t, "trap 'echo cleaned up; exit 1' INT; echo ready; while :; do /bin/sleep 0.05; done")
	log := session.Mailbox{Dir: o.Session.Dir, Suite: "tls"}.Log()
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupt := errors.New("interrupted by the user")
	go func() {
		for {
			if text, err := os.ReadFile(log); err == nil && len(text) > 0 {
				cancel(interrupt)
				return
			}
			<-time.After(5 * time.Millisecond)
		}
	}()
	if _, err := Run(ctx, o, "tls"); !errors.Is(err, interrupt) {
		t.Errorf("got %v", err)
	}
	if text, err := os.ReadFile(log); err != nil || string(text) != "ready\ncleaned up\n" {
		t.Errorf("the suite said %q, %v", text, err)
	}
}

// page is a buffer for several goroutines.
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

func TestSpecsAreShownWhileTheyRun(t *testing.T) {
	box := session.Mailbox{Dir: t.TempDir(), Suite: "tls"}
	var shown page
	p := progress.Plain(&shown, time.Hour)
	defer p.Close()
	done, followed := make(chan struct{}), make(chan struct{})
	go func() { follow(box, p, done); close(followed) }()
	tell := func(spec string, state report.State) {
		if err := box.Tell(session.Event{Spec: spec, State: state}); err != nil {
			t.Error(err)
		}
	}
	tell("keeps writes", "")
	tell("stays up", "")
	tell("fails over", "")
	for deadline := time.Now().Add(5 * time.Second); strings.Count(shown.String(), "… ") < 3; <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("shown is\n%s", &shown)
		}
	}
	tell("keeps writes", report.Passed)
	tell("stays up", report.Failed)
	tell("was skipped before it began", report.Skipped)
	close(done)
	<-followed
	for _, want := range []string{"✓ keeps writes", "✗ stays up", "✗ fails over"} { // the last never ended
		if strings.Count(shown.String(), want) != 1 {
			t.Errorf("%q is not shown once in\n%s", want, &shown)
		}
	}
	if n := strings.Count(shown.String(), "\n"); n != 6 {
		t.Errorf("%d lines for three specs:\n%s", n, &shown)
	}
}
