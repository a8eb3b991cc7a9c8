package fault

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubectl/pkg/drain"

	"redis-e2e/internal/cluster"
)

// evictions records what a drain does.
type evictions struct {
	target Target

	mu      sync.Mutex
	began   map[string]time.Time // by pod name, at its last attempt
	gone    []string             // pods, and how long each took
	deleted []string             // pods that were deleted, past every budget
	refused []string             // what the API server said, one entry a refusal
}

// helper evicts pods of the target's namespace on the target's node, but for the relay.
func (e *evictions) helper(ctx context.Context, limit time.Duration) *drain.Helper {
	e.began = map[string]time.Time{}
	return &drain.Helper{
		Ctx: ctx, Client: e.target.Deployment.Cluster.Client, Timeout: limit, EvictErrorRetryDelay: time.Second,
		GracePeriodSeconds: -1,                                            // each pod's own
		Force:              true,                                          // also what no controller would make again, else other namespaces' pods are errors
		DeleteEmptyDirData: true, IgnoreAllDaemonSets: true, ChunkSize: 0, // as `kubectl drain` is run in earnest
		AdditionalFilters: []drain.PodFilter{e.wanted},
		Out:               io.Discard, ErrOut: refusals{e},
		OnPodDeletionOrEvictionStarted: e.started, OnPodDeletionOrEvictionFinished: e.finished,
	}
}

func (e *evictions) wanted(p corev1.Pod) drain.PodDeleteStatus {
	relay := cluster.RelayPod(e.target.Deployment.Namespace)
	if p.Namespace != string(relay.Namespace) || p.Name == string(relay.Name) || p.Spec.NodeName != string(e.target.Member.Node) {
		return drain.MakePodDeleteStatusSkip()
	}
	return drain.MakePodDeleteStatusOkay()
}

func (e *evictions) started(p *corev1.Pod, eviction bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.began[p.Name] = time.Now()
	if !eviction {
		e.deleted = append(e.deleted, p.Name)
	}
}

func (e *evictions) finished(p *corev1.Pod, _ bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err == nil {
		e.gone = append(e.gone, fmt.Sprintf("%s (uid %s, gone %s later)", p.Name, p.UID, time.Since(e.began[p.Name]).Round(100*time.Millisecond)))
	}
}

// text is what happened, in words.
func (e *evictions) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	text := fmt.Sprintf("evicted %s; %d evictions were refused", strings.Join(e.gone, ", "), len(e.refused))
	if len(e.gone) == 0 {
		text = fmt.Sprintf("evicted none; %d evictions were refused", len(e.refused))
	}
	if n := len(e.refused); n > 0 {
		text += ", the last so: " + e.refused[n-1]
	}
	return text
}

// refusals takes what the library prints of each refusal (429) before it tries again.
type refusals struct{ of *evictions }

func (r refusals) Write(p []byte) (int, error) {
	r.of.mu.Lock()
	defer r.of.mu.Unlock()
	r.of.refused = append(r.of.refused, strings.TrimSpace(string(p)))
	return len(p), nil
}
