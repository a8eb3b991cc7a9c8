package main

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// guarded starts this program once more, in a session of its own, to clean up when this process ends, however it does: the
// runtime kills a command at once when its caller's connection breaks. release ends the guard and waits for it.
func guarded(args ...string) (release func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	alive, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() error { return errors.Join(alive.Close(), cmd.Wait()) }, nil
}
