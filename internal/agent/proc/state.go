package proc

import (
	"bytes"
	"os"
	"path/filepath"
)

// state is the letter of proc(5): R, S, T for stopped, Z for a zombie; empty when the process is gone.
func state(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return ""
	}
	i := bytes.LastIndex(text, []byte(") ")) // a name may hold anything
	if i < 0 || len(text) < i+3 {
		return ""
	}
	return string(text[i+2 : i+3])
}

// zombie is also true for a process that is gone.
func zombie(dir string) bool {
	s := state(dir)
	return s == "" || s == "Z"
}
