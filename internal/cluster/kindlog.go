package cluster

import (
	"fmt"
	"strings"
	"sync"

	"sigs.k8s.io/kind/pkg/exec"
	"sigs.k8s.io/kind/pkg/log"
)

// capture keeps what kind says, to be shown when it fails.
type capture struct {
	mu    sync.Mutex
	lines []string
}

func (c *capture) add(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, strings.TrimRight(line, "\n"))
}

// String gives the last 40 lines.
func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.lines[max(0, len(c.lines)-40):], "\n")
}

type logger struct{ to *capture }

func (l logger) Warn(m string)             { l.to.add(m) }
func (l logger) Warnf(f string, a ...any)  { l.to.add(fmt.Sprintf(f, a...)) }
func (l logger) Error(m string)            { l.to.add(m) }
func (l logger) Errorf(f string, a ...any) { l.to.add(fmt.Sprintf(f, a...)) }
func (l logger) V(v log.Level) log.InfoLogger {
	return info{to: l.to, on: v == 0}
}

type info struct {
	to *capture
	on bool
}

func (i info) Info(m string) {
	if i.on {
		i.to.add(m)
	}
}

func (i info) Infof(f string, a ...any) { i.Info(fmt.Sprintf(f, a...)) }
func (i info) Enabled() bool            { return i.on }

// commandOutput is what the command that made kind fail printed; kind's own message leaves it out.
func commandOutput(err error) string {
	if run := exec.RunErrorForError(err); run != nil {
		return "\n" + strings.TrimSpace(string(run.Output))
	}
	return ""
}
