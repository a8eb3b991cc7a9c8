package progress

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// For picks the live display when f is a terminal, else plain lines with a heartbeat every 30 s.
func For(f *os.File) Tracker {
	if term.IsTerminal(int(f.Fd())) {
		return Live(f)
	}
	return Plain(f, 30*time.Second)
}

// Live redraws one line per running step with a spinner, the time so far, and the steps that are left.
func Live(w io.Writer) Tracker {
	return &live{bars: mpb.New(mpb.WithOutput(w), mpb.WithWidth(8), mpb.WithRefreshRate(120*time.Millisecond))}
}

type live struct {
	bars *mpb.Progress
	left atomic.Int64
}

func (l *live) Plan(steps int) { l.left.Add(int64(steps)) }

func (l *live) Say(format string, args ...any) {
	_, _ = fmt.Fprintf(l.bars, format+"\n", args...)
}

func (l *live) Start(name string) Step {
	bar := l.bars.New(1, mpb.SpinnerStyle(), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name("  ")),
		mpb.AppendDecorators(decor.Name(name+" "), decor.Elapsed(decor.ET_STYLE_GO), decor.Any(l.remaining)))
	begin := time.Now()
	return step(func(err error) {
		if l.left.Add(-1) < 0 {
			l.left.Store(0)
		}
		mark := "✓"
		if err != nil {
			mark = "✗"
		}
		bar.Increment()
		l.Say("  %s %s %s", mark, name, Round(time.Since(begin)))
	})
}

func (l *live) remaining(decor.Statistics) string {
	if n := l.left.Load(); n > 1 {
		return fmt.Sprintf(" (%d left)", n)
	}
	return ""
}

// Close does not wait for steps: one that an error path left open must not keep the run from ending.
func (l *live) Close() { l.bars.Shutdown() }
