package workload

import (
	"bytes"
	"io"
	"os"
	"sync"
)

// store holds the bytes of a history.
type store interface {
	open() (io.ReadCloser, error)      // from the start
	create() (io.WriteCloser, error)   // where nothing is yet
	appendTo() (io.WriteCloser, error) // at the end
	String() string                    // how errors call it
}

// storeAt is a file, or memory where there is no path.
func storeAt(path string) store {
	if path == "" {
		return &memory{}
	}
	return file(path)
}

// file is a store on disk.
type file string

func (f file) open() (io.ReadCloser, error) { return os.Open(string(f)) }

func (f file) create() (io.WriteCloser, error) {
	return os.OpenFile(string(f), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

func (f file) appendTo() (io.WriteCloser, error) {
	return os.OpenFile(string(f), os.O_WRONLY|os.O_APPEND, 0o644)
}

func (f file) String() string { return string(f) }

// memory is a store for those who keep no file.
type memory struct {
	mu   sync.Mutex
	text []byte
}

func (m *memory) open() (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return io.NopCloser(bytes.NewReader(m.text)), nil // later appends do not touch these bytes
}

func (m *memory) create() (io.WriteCloser, error)   { return m, nil }
func (m *memory) appendTo() (io.WriteCloser, error) { return m, nil }

func (m *memory) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.text = append(m.text, p...)
	return len(p), nil
}

func (m *memory) Close() error   { return nil }
func (m *memory) String() string { return "in memory" }
