// Package artifact answers: what did the cluster look like while this spec ran?
//
// Container logs are followed from the first second, because a test deletes pods, and written only when they are asked
// for, with secrets masked. It must not import chart, topology, harness, ginkgo or gomega.
package artifact

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/cluster"
)

const (
	maxLines   = 20000 // kept of one container instance, the newest
	lookEvery  = 500 * time.Millisecond
	maskedText = "[masked]"
)

// Logs follows every container of a namespace.
type Logs struct {
	cluster   *cluster.Cluster
	namespace cluster.Namespace
	mu        sync.Mutex
	streams   map[string][]string // pod/container/instance to lines
	wg        sync.WaitGroup
	cancel    context.CancelFunc
}

// Follow starts to collect and returns at once; Stop ends it.
func Follow(ctx context.Context, c *cluster.Cluster, ns cluster.Namespace) *Logs {
	ctx, cancel := context.WithCancel(ctx)
	l := &Logs{cluster: c, namespace: ns, streams: map[string][]string{}, cancel: cancel}
	l.wg.Go(func() { l.look(ctx) })
	return l
}

// Stop ends all streams.
func (l *Logs) Stop() {
	l.cancel()
	l.wg.Wait()
}

func (l *Logs) look(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		pods, err := l.cluster.Client.CoreV1().Pods(string(l.namespace)).List(ctx, metav1.ListOptions{})
		if err == nil { // otherwise the next look may succeed; a dead cluster is reported by those who wait for it
			for i := range pods.Items {
				l.start(ctx, &pods.Items[i])
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (l *Logs) start(ctx context.Context, p *corev1.Pod) {
	for _, s := range append(append([]corev1.ContainerStatus{}, p.Status.InitContainerStatuses...), p.Status.ContainerStatuses...) {
		if s.ContainerID == "" {
			continue
		}
		key := fmt.Sprintf("%s.%s.%.8s.%d", p.Name, s.Name, p.UID, s.RestartCount)
		l.mu.Lock()
		_, known := l.streams[key]
		if !known {
			l.streams[key] = nil
		}
		l.mu.Unlock()
		if !known {
			l.wg.Go(func() { l.follow(ctx, key, cluster.PodName(p.Name), s.Name) })
		}
	}
}

func (l *Logs) follow(ctx context.Context, key string, pod cluster.PodName, container string) {
	stream, err := l.cluster.Client.CoreV1().Pods(string(l.namespace)).GetLogs(string(pod), &corev1.PodLogOptions{
		Container: container, Follow: true, Timestamps: true,
	}).Stream(ctx)
	if err != nil {
		l.add(key, "(no log: "+err.Error()+")")
		return
	}
	defer stream.Close()
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		l.add(key, lines.Text())
	}
	if err := lines.Err(); err != nil && ctx.Err() == nil {
		l.add(key, "(the log is cut here: "+err.Error()+")")
	}
}

func (l *Logs) add(key, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.streams[key] = append(l.streams[key], line)
	if n := len(l.streams[key]); n > maxLines {
		l.streams[key] = l.streams[key][n-maxLines:]
	}
}

// Text gives everything collected so far, unmasked: for checks, not for files.
func (l *Logs) Text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, lines := range l.streams {
		b.WriteString(strings.Join(lines, "\n"))
		b.WriteByte('\n')
	}
	return b.String()
}

// Write puts one file per container instance into dir, with every secret masked.
func (l *Logs) Write(dir string, secrets []string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, lines := range l.streams {
		if err := write(filepath.Join(dir, "logs", key+".log"), strings.Join(lines, "\n")+"\n", secrets); err != nil {
			return err
		}
	}
	return nil
}

func write(path, text string, secrets []string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(Mask(text, secrets)), 0o644)
}

// Mask replaces every secret in text, also as base64 and with escapes.
func Mask(text string, secrets []string) string {
	var forms []string
	for _, s := range secrets {
		if s != "" {
			quoted := strconv.Quote(s)
			forms = append(forms, s, base64.StdEncoding.EncodeToString([]byte(s)), quoted[1:len(quoted)-1])
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // one secret may be the beginning of another
	for _, f := range forms {
		text = strings.ReplaceAll(text, f, maskedText)
	}
	return text
}
