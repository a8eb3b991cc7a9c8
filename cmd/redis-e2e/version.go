package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version says which source this binary was built from: the release, or the commit, marked when the checkout had changes of its own.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	commit, changed := "without commit", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", changed"
		}
	}
	return fmt.Sprintf("%s (%s%s) %s %s/%s", info.Main.Version, commit, changed, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
