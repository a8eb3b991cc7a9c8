package workload

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// flushEvery bounds what a SIGKILL of the harness can take from a history.
const flushEvery = 100 * time.Millisecond

// journal writes a history as it happens.
type journal struct {
	started time.Time
	done    chan struct{}
	mu      sync.Mutex
	sink    io.WriteCloser
	out     *bufio.Writer
	line    []byte
	err     error // the first that happened; nothing is written after it
}

// begin starts a file of this schema in an empty store.
func begin(s store, schema string) (*journal, error) {
	sink, err := s.create()
	if err != nil {
		return nil, err
	}
	j := &journal{started: time.Now(), done: make(chan struct{}), sink: sink, out: bufio.NewWriterSize(sink, 1<<16)}
	head, err := json.Marshal(record{Schema: schema, Started: &j.started})
	if err == nil {
		_, err = sink.Write(append(head, '\n'))
	}
	if err != nil {
		_ = sink.Close()
		return nil, fmt.Errorf("history %s: %w", s, err)
	}
	go j.flushRegularly()
	return j, nil
}

// at is a moment on the history's clock.
func (j *journal) at(t time.Time) time.Duration { return t.Sub(j.started) }

// add stamps the end of an operation and writes it.
func (j *journal) add(op Op) {
	j.note(func(line []byte, at time.Duration) []byte {
		op.End = at
		return appendOp(line, op)
	})
}

// note has a line written for this moment; both under one lock, so that the file is in the order of the ends.
func (j *journal) note(write func(line []byte, at time.Duration) []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.line = write(j.line[:0], j.at(time.Now()))
	if j.err == nil {
		_, j.err = j.out.Write(j.line)
	}
}

func (j *journal) flushRegularly() {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-j.done:
			return
		case <-tick.C:
			j.mu.Lock()
			if j.err == nil {
				j.err = j.out.Flush()
			}
			j.mu.Unlock()
		}
	}
}

// close writes what is left; the error is the first of the journal's life.
func (j *journal) close() error {
	close(j.done)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = j.out.Flush()
	}
	if err := j.sink.Close(); j.err == nil {
		j.err = err
	}
	return j.err
}
