package harness

import (
	"context"
	"errors"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/topology"
	"redis-e2e/internal/workload"
)

const (
	registerTurns = 600              // answered reads, and as many writes, that a judgement rests on
	judging       = 30 * time.Second // for the search for an order that explains them
)

// Registers has several clients write a few shared keys on the primary and read them through reads, all at once, and judges
// whether what they saw can be explained by one single copy.
func (e *Env) Registers(ctx ginkgo.SpecContext, d *topology.Deployment, reads *redis.Client) workload.Linearity {
	ginkgo.GinkgoHelper()
	c := workload.RegisterConfig{Client: d.Client(), Reads: reads, Path: e.file(d, "registers"), OpTimeout: time.Second}
	r, err := workload.StartRegisters(context.WithoutCancel(ctx), c)
	must(err, "registers")
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) error { return e.retain(c.Path) })
	done := e.wait("redis", "reads and writes of shared keys")
	limited, cancel := within(ctx, e.Timeouts.Recovered, "reads and writes of shared keys")
	defer cancel()
	must(e.poll(limited, func() error {
		if r.Answered() < registerTurns {
			return errors.New("not enough of them were answered")
		}
		return nil
	}), "registers")
	history, err := r.Finish(ctx)
	must(err, "registers")
	done()
	must(history.Conclude(workload.Window{}), "history")
	l, err := history.Judge(judging)
	must(err, "registers")
	ginkgo.GinkgoWriter.Println(l)
	return l
}
