package chart

import (
	"context"
	"fmt"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
)

// verb is one Helm command on one release, for errors.
type verb struct {
	name    string
	release ReleaseName
}

// do runs a Helm verb with a configuration of its own and returns when it ends or ctx does. After a cancel, requests
// already fail; only a wait for a hook may linger in the background, until the limit passes.
func (r *Releases) do(ctx context.Context, v verb, act func(*action.Configuration, time.Duration) (*release.Release, error)) (*Release, error) {
	cfg, err := r.configure(ctx)
	if err != nil {
		return nil, err
	}
	limit := hookLimit
	if deadline, ok := ctx.Deadline(); ok {
		limit = time.Until(deadline) * 9 / 10 // leaves time to say why
	}
	type outcome struct {
		rel *release.Release
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		rel, err := act(cfg, limit)
		done <- outcome{rel, err}
	}()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("helm %s %s in %s: %w", v.name, v.release, r.namespace, context.Cause(ctx))
	case o := <-done:
		if o.err != nil {
			if ctx.Err() != nil {
				o.err = fmt.Errorf("%w: %w", context.Cause(ctx), o.err)
			}
			return nil, fmt.Errorf("helm %s %s in %s: %w", v.name, v.release, r.namespace, o.err)
		}
		if o.rel == nil {
			return nil, nil
		}
		return recorded(o.rel), nil
	}
}
