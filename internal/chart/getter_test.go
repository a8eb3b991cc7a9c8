package chart

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"k8s.io/cli-runtime/pkg/genericclioptions"
)

func TestHelmSeesTheKubeconfigsClusterAndOurNamespace(t *testing.T) {
	var remarks []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Warning", `299 - "old API"`)
		io.WriteString(w, `{"major":"1","minor":"37","gitVersion":"v1.37.0"}`) // the test sees a missing answer
	}))
	t.Cleanup(server.Close)
	a := access{kubeconfig: kubeconfig(server.URL), namespace: "ns", log: func(s string) { remarks = append(remarks, s) }}
	g, err := newGetter(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	var _ genericclioptions.RESTClientGetter = g
	if ns, _, err := g.ToRawKubeConfigLoader().Namespace(); err != nil || ns != "ns" {
		t.Errorf("namespace %q, %v", ns, err)
	}
	discovery, err := g.ToDiscoveryClient()
	if err != nil {
		t.Fatal(err)
	}
	if version, err := discovery.ServerVersion(); err != nil || version.GitVersion != "v1.37.0" {
		t.Errorf("version %v, %v", version, err)
	}
	if len(remarks) == 0 || remarks[0] != "warning: old API" {
		t.Errorf("the server's warning became %q", remarks)
	}
	_, err = NewReleases([]byte("not: [a kubeconfig"), "ns", nil)
	says(t, err, "kubeconfig")
}

// stalled answers nothing, or the head of an answer and no more, until the client goes away.
func stalled(t *testing.T, head bool) (url string, asked chan struct{}, count *atomic.Int32) {
	t.Helper()
	asked, count = make(chan struct{}, 64), &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if head {
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
		}
		count.Add(1)
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server.URL, asked, count
}

func TestACancelledVerbStopsTalkingToTheCluster(t *testing.T) {
	url, asked, count := stalled(t, false)
	r, err := NewReleases(kubeconfig(url), "ns", func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if _, err := r.Install(ctx, openRedis(t), "r", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := r.History(ctx, "r"); err == nil || count.Load() != 1 {
		t.Errorf("got %v after %d requests", err, count.Load())
	}
}

func TestARequestInFlightEndsWithTheContext(t *testing.T) {
	for _, head := range []bool{false, true} {
		url, asked, _ := stalled(t, head)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		client := &http.Client{Transport: boundTo(ctx)(http.DefaultTransport)}
		if !head {
			go func() { <-asked; cancel() }()
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if head {
			if err != nil {
				t.Fatal(err)
			}
			cancel()
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close() // reading already failed
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("head %v: got %v", head, err)
		}
	}
}
