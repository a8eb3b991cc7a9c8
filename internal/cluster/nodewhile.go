package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/tools/remotecommand"
)

// OnNodeWhile starts an agent command that goes on until it is stopped, and returns once it has answered for the first
// time, into first. stop ends it and decodes its last answer into last; it may be called again, and its error says too
// when the command had ended before by itself. The command outlives ctx, but not this process: it ends with its stdin.
func (c *Cluster) OnNodeWhile(ctx context.Context, node NodeName, first any, args ...string) (stop func(ctx context.Context, last any) error, err error) {
	limited, cancel := context.WithTimeoutCause(ctx, onNodeLimit, fmt.Errorf("no answer within %s", onNodeLimit))
	defer cancel()
	exec, err := c.agentCommand(limited, node, args)
	if err != nil {
		return nil, err
	}
	stdin, in := io.Pipe()
	r := &running{in: in, lines: make(chan []byte, 2), ended: make(chan struct{}), failed: func(err error) error { return agentFailed(node, args, err) }}
	alive, kill := context.WithCancel(context.WithoutCancel(ctx))
	r.kill = kill
	go func() {
		var stderr bytes.Buffer
		err := exec.StreamWithContext(alive, remotecommand.StreamOptions{Stdin: stdin, Stdout: &lineWriter{to: r.lines}, Stderr: &stderr})
		if err == nil {
			err = errors.New("it ended")
		}
		r.err = fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
		_ = stdin.CloseWithError(r.err)
		close(r.ended)
	}()
	if err := r.next(limited, first); err != nil {
		kill()
		return nil, err
	}
	return r.stop, nil
}

// running is an agent command that has answered once.
type running struct {
	in     *io.PipeWriter
	lines  chan []byte
	ended  chan struct{} // closed once err is set
	err    error
	kill   context.CancelFunc
	failed func(error) error

	mu   sync.Mutex
	last []byte // its last answer
	done bool   // stop was called
	end  error  // and failed with this
}

// next decodes the next line that the command writes.
func (r *running) next(ctx context.Context, out any) error {
	select {
	case r.last = <-r.lines:
	case <-r.ended:
		select {
		case r.last = <-r.lines: // it was written before the end
		default:
			return r.failed(r.err)
		}
	case <-ctx.Done():
		return r.failed(context.Cause(ctx))
	}
	return decodeAnswer(r.last, out, r.failed(errors.New("unreadable answer")))
}

// stop asks for the last answer with a line, and lets the command go by closing its stdin once the answer is here.
func (r *running) stop(ctx context.Context, last any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done {
		if r.end != nil {
			return r.end
		}
		return decodeAnswer(r.last, last, r.failed(errors.New("unreadable answer")))
	}
	r.done = true
	defer r.kill()
	ctx, cancel := context.WithTimeoutCause(ctx, onNodeLimit, fmt.Errorf("no last answer within %s", onNodeLimit))
	defer cancel()
	go func() { _, _ = r.in.Write([]byte("\n")) }() // the end of the command ends it too
	if r.end = r.next(ctx, last); r.end != nil {
		return r.end
	}
	_ = r.in.Close()
	select {
	case <-r.ended:
	case <-time.After(5 * time.Second): // its answer is here; kill ends the rest
	}
	return nil
}

// lineWriter passes whole lines on.
type lineWriter struct {
	text []byte
	to   chan<- []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.text = append(w.text, p...)
	for {
		line, rest, whole := bytes.Cut(w.text, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		w.text = rest
		select {
		case w.to <- line:
		default:
			return 0, errors.New("it answered more than twice")
		}
	}
}
