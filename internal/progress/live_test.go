package progress

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo terminal and collects what is drawn on it.
func terminal(t *testing.T) (*os.File, *page) {
	t.Helper()
	main, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = main.Close() })
	if err := unix.IoctlSetPointerInt(int(main.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(main.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close() })
	if err := unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 100}); err != nil {
		t.Fatal(err)
	}
	var drawn page
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := main.Read(buf)
			if err != nil {
				return
			}
			_, _ = drawn.Write(buf[:n])
		}
	}()
	return tty, &drawn
}

func TestATerminalShowsEachRunningStepAndWhatIsLeft(t *testing.T) {
	tty, drawn := terminal(t)
	p := For(tty)
	p.Plan(3)
	a, b := p.Start("kubernetes"), p.Start("rootfs")
	drawn.shows(t, "(3 left)")
	p.Say("engine: podman")
	a.Done(nil)
	b.Done(errors.New("no mirror"))
	p.Say("the last word")
	p.Close()
	for _, want := range []string{"kubernetes 0s", "engine: podman", "✓ kubernetes ", "✗ rootfs ", "the last word"} {
		drawn.shows(t, want)
	}
}

func TestATerminalIsReleasedWhenAStepNeverEnds(t *testing.T) {
	tty, drawn := terminal(t)
	p := For(tty)
	p.Start("stuck")
	drawn.shows(t, "stuck")
	closed := make(chan struct{})
	go func() { p.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Fatalf("Close waits for a step that an error path left open:\n%s", drawn)
	}
}

func TestAFileGetsPlainLines(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := For(f)
	p.Start("pause").Done(nil)
	p.Close()
	text, err := os.ReadFile(f.Name())
	if err != nil || string(text) != "  … pause\n  ✓ pause 0s\n" {
		t.Errorf("printed %q, %v", text, err)
	}
}
