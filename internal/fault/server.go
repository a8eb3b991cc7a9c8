package fault

import (
	"context"
	"fmt"
)

// runs says that a fault has no process to strike, unless it has one.
func runs(f Fault, t Target) error {
	if t.Member.Container == "" {
		return fmt.Errorf("%s: pod %s has no running Redis container", f.Name(), t.Member.Pod)
	}
	return nil
}

// serverName is what the server process is called: images of Valkey run it under its own name.
func serverName(ctx context.Context, t Target) (string, error) {
	p, err := t.Deployment.Server(ctx, t.Member)
	return p.Name, err
}
