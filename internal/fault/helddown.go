package fault

import (
	"context"
	"fmt"
	"time"

	"redis-e2e/internal/topology"
)

// HeldDown keeps the pods that f deletes from coming back until healed, by a ResourceQuota on pods. It takes DeletePod,
// DeletePodNow and DeleteAllPods. Nothing else can start a pod in the namespace meanwhile.
func HeldDown(f Fault) Fault { return heldDown{f} }

// deleter is a fault that deletes pods.
type deleter interface {
	Fault
	victims(ctx context.Context, t Target) ([]topology.Member, error)
}

type heldDown struct{ delete Fault }

func (f heldDown) Name() string { return f.delete.Name() + " that is held down" }

func (f heldDown) Applies(t Target) error {
	if _, ok := f.delete.(deleter); !ok {
		return fmt.Errorf("%s: it deletes no pod, so a quota on pods holds nothing down", f.Name())
	}
	return f.delete.Applies(t)
}

// Inject returns once the pods are gone and a StatefulSet was refused to make them again, or has not for a while.
func (f heldDown) Inject(ctx context.Context, t Target) (Injected, error) {
	if err := f.Applies(t); err != nil {
		return Injected{Name: f.Name()}, err
	}
	victims, err := f.delete.(deleter).victims(ctx, t)
	if err != nil {
		return Injected{Name: f.Name()}, fmt.Errorf("%s: %w", f.Name(), err)
	}
	h := &hold{target: t, victims: victims, healed: &Healing{}}
	in := Injected{Name: f.Name(), Heal: h.release, Healed: h.healed}
	if err := h.prepare(ctx); err != nil {
		return in, fmt.Errorf("%s: %w", f.Name(), err)
	}
	deleted, err := f.delete.Inject(ctx, t)
	in.Begin, in.End = deleted.Begin, deleted.End
	if err != nil {
		return in, err
	}
	refused, err := h.refused(ctx)
	if err != nil {
		return in, fmt.Errorf("%s: %w", f.Name(), err)
	}
	in.Evidence = fmt.Sprintf("%s; %s %s after that", deleted.Evidence, refused, time.Since(in.End).Round(time.Millisecond))
	return in, nil
}
