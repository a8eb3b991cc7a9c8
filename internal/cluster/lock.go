package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// Lock takes the cluster's name for this process, so that two runs cannot test in it at once. The lock ends with the
// process, however it ends. The error names the process that holds it.
func Lock(dir, name string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name+".lock")
	l := flock.New(path)
	held, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !held {
		pid, _ := os.ReadFile(path + ".pid") // best effort: only to name it
		return nil, fmt.Errorf("cluster %s is in use by another run (process %s): wait for it, or choose another name with CLUSTER=",
			name, strings.TrimSpace(string(pid)))
	}
	if err := os.WriteFile(path+".pid", []byte(strconv.Itoa(os.Getpid())), 0o644); err != nil {
		return nil, err
	}
	return func() { _ = l.Unlock() }, nil
}
