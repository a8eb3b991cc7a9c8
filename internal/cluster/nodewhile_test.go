package cluster

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"
)

// streams are those of a pretended agent, which ends when command returns.
type streams struct {
	in       *bufio.Reader
	out, err io.Writer
	command  []string
}

func say(to io.Writer, line string) { _, _ = io.WriteString(to, line+"\n") }

// agents is a cluster whose node agents all do the same.
func agents(t *testing.T, run func(streams)) *Cluster {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/exec") {
			w.Header().Set("Content-Type", "application/json")
			say(w, `{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}]}`)
			return
		}
		if _, err := httpstream.Handshake(r, w, []string{"v4.channel.k8s.io"}); err != nil {
			t.Error(err)
			return
		}
		got := make(chan httpstream.Stream, 4)
		conn := spdy.NewResponseUpgrader().UpgradeResponse(w, r, func(s httpstream.Stream, _ <-chan struct{}) error { got <- s; return nil })
		defer conn.Close()
		named := map[string]httpstream.Stream{}
		for range 4 {
			s := <-got
			named[s.Headers().Get(corev1.StreamType)] = s
		}
		run(streams{bufio.NewReader(named[corev1.StreamTypeStdin]), named[corev1.StreamTypeStdout], named[corev1.StreamTypeStderr], r.URL.Query()["command"]})
		for _, name := range []string{corev1.StreamTypeStdout, corev1.StreamTypeStderr, corev1.StreamTypeError} {
			_ = named[name].Close()
		}
		<-conn.CloseChan()
	}))
	t.Cleanup(server.Close)
	config := &rest.Config{Host: server.URL}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return &Cluster{Handle: Handle{Name: "c"}, REST: config, Client: client}
}

func TestAnAnswerIsReadAndAcknowledged(t *testing.T) {
	acknowledged := make(chan error, 1)
	c := agents(t, func(s streams) {
		say(s.out, fmt.Sprintf("{\"Words\": %q}", strings.Join(s.command, " ")))
		_, err := s.in.ReadByte()
		acknowledged <- err
	})
	var out struct{ Words string }
	if err := c.OnNode(t.Context(), "n", &out, "proc", "list"); err != nil || out.Words != "/agent proc list" {
		t.Errorf("%+v, %v", out, err)
	}
	if err := <-acknowledged; !errors.Is(err, io.EOF) {
		t.Errorf("the agent read %v, want the end of its standard input", err)
	}
}

func TestACommandGoesOnUntilItIsStopped(t *testing.T) {
	seen := make(chan string, 2)
	c := agents(t, func(s streams) {
		say(s.out, `"begun"`)
		line, _ := s.in.ReadString('\n')
		seen <- line
		say(s.out, `"done"`)
		rest, _ := io.ReadAll(s.in)
		seen <- string(rest)
	})
	var first, last string
	stop, err := c.OnNodeWhile(t.Context(), "n", &first, "x")
	if err != nil || first != "begun" || len(seen) != 0 {
		t.Fatalf("%q, %v, stopped %d", first, err, len(seen))
	}
	for range 2 {
		if err := stop(t.Context(), &last); err != nil || last != "done" {
			t.Errorf("%q, %v", last, err)
		}
	}
	if line, rest := <-seen, <-seen; line != "\n" || rest != "" {
		t.Errorf("it was told %q and then %q", line, rest)
	}
}

func TestACommandThatEndsByItselfIsReported(t *testing.T) {
	now := make(chan struct{})
	c := agents(t, func(s streams) {
		say(s.out, `"begun"`)
		<-now
		say(s.err, "nobody said so within 5m")
	})
	var first, last string
	stop, err := c.OnNodeWhile(t.Context(), "n", &first, "x")
	if err != nil {
		t.Fatal(err)
	}
	close(now)
	for range 2 {
		if err := stop(t.Context(), &last); err == nil || !strings.Contains(err.Error(), "agent x on node n: it ended: nobody said so within 5m") {
			t.Errorf("%q, %v", last, err)
		}
	}
	c = agents(t, func(s streams) { say(s.err, "0 processes named redis-server") })
	if _, err := c.OnNodeWhile(t.Context(), "n", &first, "x"); err == nil || !strings.Contains(err.Error(), "0 processes named") {
		t.Errorf("before it began: %v", err)
	}
}

func TestACommandThatNeverBeginsIsEnded(t *testing.T) {
	ended := make(chan struct{})
	c := agents(t, func(s streams) { _, _ = io.ReadAll(s.in); close(ended) })
	limit := fmt.Errorf("not within 500ms")
	if _, err := c.OnNodeWhile(soon(t, limit), "n", new(string), "x"); err == nil || !strings.Contains(err.Error(), limit.Error()) {
		t.Errorf("got %v", err)
	}
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("its standard input stays open")
	}
}
