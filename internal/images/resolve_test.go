package images

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAutoPullsWhereTheRegistryServesTheNodeImage(t *testing.T) {
	m := newMirror(t)
	m.before = func(w http.ResponseWriter, r *http.Request) bool { // it has whatever it is asked for
		_, digest, ok := strings.Cut(r.URL.Path, "/manifests/")
		if ok {
			w.Header().Set("Docker-Content-Digest", digest)
			w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
			w.Header().Set("Content-Length", strconv.Itoa(2))
		}
		return ok
	}
	r := m.request()
	r.Mode = "auto"
	mode, why, err := Resolve(t.Context(), r)
	if mode != "pull" || err != nil || !strings.Contains(why, m.host+"/kindest/node@sha256:") {
		t.Errorf("%s: %s, %v", mode, why, err)
	}
}

// The registry of the world is reached by its own name, so this one plays the proxy on the way to it. Go reads the proxy's
// address once per process: hence the second one.
func TestAutoBuildsInTimeWhereNoRegistryAnswers(t *testing.T) {
	cmd := process(t, "resolve", "300ms")
	cmd.Env = append(cmd.Environ(), "HTTPS_PROXY=http://"+silent(t), "NO_PROXY=", "no_proxy=")
	begin := time.Now()
	out, err := cmd.Output()
	if err != nil || !strings.HasPrefix(string(out), "build: no registry serves kindest/node:") || !strings.Contains(string(out), "no answer within 300ms") {
		t.Errorf("answered %q, %v", out, err)
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("it took %s, the limit was 300ms", took)
	}
}

func resolveAsProcess(limit string) error {
	answers, err := time.ParseDuration(limit)
	if err != nil {
		return err
	}
	mode, why, err := Resolve(context.Background(), Request{K8s: "1.37", Mode: "auto", Answers: answers})
	fmt.Print(mode, ": ", why) //nolint:forbidigo // what the parent reads
	return err
}

func TestARegistryThatWasNamedAndDoesNotAnswerIsAnError(t *testing.T) {
	r := Request{K8s: "1.37", Mode: "auto", Registry: silent(t), Answers: 200 * time.Millisecond}
	begin := time.Now()
	_, _, err := Resolve(t.Context(), r)
	has(t, err, "registry "+r.Registry+" does not serve "+r.Registry+"/kindest/node@sha256:", "no answer within 200ms")
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	r.Registry, r.Answers = newMirror(t).host, 5*time.Second
	_, _, err = Resolve(t.Context(), r)
	has(t, err, "registry "+r.Registry+" does not serve", "not found")
}

func TestWhatTheUserAskedForIsNotDecided(t *testing.T) {
	for _, mode := range []string{"pull", "build"} {
		r := Request{K8s: "1.37", Mode: mode, Registry: silent(t), Answers: time.Hour}
		if got, why, err := Resolve(t.Context(), r); got != mode || why != "as asked" || err != nil {
			t.Errorf("%s became %s: %s, %v", mode, got, why, err)
		}
	}
	_, _, err := Resolve(t.Context(), Request{K8s: "1.99", Mode: "auto"})
	has(t, err, "1.99", "1.37")
}

func TestAnInterruptIsNotASilentRegistry(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupt := errors.New("interrupted by the user")
	time.AfterFunc(50*time.Millisecond, func() { cancel(interrupt) })
	if _, _, err := Resolve(ctx, Request{K8s: "1.37", Mode: "auto", Registry: silent(t), Answers: time.Hour}); !errors.Is(err, interrupt) {
		t.Errorf("got %v", err)
	}
}
