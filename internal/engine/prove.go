package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
)

// Proof is a small image whose entrypoint echoes its last argument, used to show that privileged containers run.
type Proof struct {
	Archive string // docker-archive file
	Ref     string // name inside it
	Command []string
}

// Prove loads the proof's image and runs it privileged and with a network: it passes only when the container prints a
// fresh random word.
func (e *Engine) Prove(ctx context.Context, p Proof) error {
	held, err := e.HasImage(ctx, p.Ref)
	if err != nil {
		return err
	}
	if !held {
		if err := e.Load(ctx, p.Archive); err != nil {
			return err
		}
	}
	word := make([]byte, 8)
	if _, err := rand.Read(word); err != nil {
		return err
	}
	want := hex.EncodeToString(word)
	args := append([]string{"run", "--rm", "--privileged", p.Ref}, p.Command...)
	got, err := e.Output(ctx, append(args, want)...)
	if err != nil {
		return err
	}
	if !strings.Contains(got, want) {
		return fmt.Errorf("the container ran but printed %q instead of the word it was given", got)
	}
	return nil
}
