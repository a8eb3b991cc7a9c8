package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
)

// Save has the server take a snapshot in the background and returns when it is on disk, with nothing left unsaved.
func (e *Env) Save(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	client := d.Client()
	must(client.BgSave(ctx).Err(), "BGSAVE")
	limited, cancel := within(ctx, e.Timeouts.Recovered, "a snapshot")
	defer cancel()
	defer e.wait("redis", "snapshot")()
	must(saved(limited, client), "BGSAVE")
}

func saved(ctx context.Context, client *redis.Client) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		info, err := redisx.ReadInfo(ctx, client)
		if err != nil {
			return err
		}
		p := info.Persistence
		if !p.RDBSaving && !p.RDBLastOK {
			return errors.New("the snapshot failed; the server's log says why")
		}
		if !p.RDBSaving && p.RDBChanges == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %d changes are not saved", context.Cause(ctx), p.RDBChanges)
		case <-tick.C:
		}
	}
}
