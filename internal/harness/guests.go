package harness

import (
	"context"
	"crypto/tls"
	"errors"
	"os"
	"time"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/reach"
	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
)

// greetLimit bounds one handshake and one greeting: who is let in is the question, not how fast, and a Sentinel that waits for a
// name stands still for seconds.
const greetLimit = 20 * time.Second

// Guest is a client with TLS of its own, or with none.
type Guest struct {
	Name  string
	TLS   *tls.Config // nil: plaintext
	Admit bool        // whether the servers should answer it
}

// Receive has every guest greet every server and Sentinel of the release, by each name that clients know them under.
func (e *Env) Receive(ctx ginkgo.SpecContext, d *topology.Deployment, guests ...Guest) reach.Table {
	ginkgo.GinkgoHelper()
	var visitors []reach.Visitor
	for _, g := range guests {
		visitors = append(visitors, reach.Visitor{
			Name: g.Name, Denied: deniedByTLS, Admit: func(reach.Door) bool { return g.Admit },
			Knock: func(ctx context.Context, door reach.Door) error {
				o := patient(d.Options())
				o.Addr, o.TLS = door.Address, g.TLS
				_, err := redisx.Greet(ctx, o)
				return err
			},
		})
	}
	table := reach.Probe(ctx, visitors, e.Doors(d))
	slow := table.Slowest()
	ginkgo.GinkgoWriter.Printf("%sslowest: %s at %s, %v\n", table, slow.Who, slow.Door.Name, slow.Took.Round(time.Millisecond))
	return table
}

func patient(o redisx.Options) redisx.Options {
	o.Timeouts = redisx.Timeouts{Dial: greetLimit, Read: greetLimit, Write: greetLimit}
	return o
}

// deniedByTLS says whether it was the handshake that failed, or a server that hung up on the first command. A connection that did
// not come about is no refusal, and neither is silence: a server that stands still says nothing to anybody.
func deniedByTLS(err error) bool {
	dial, ok := errors.AsType[*redisx.DialError](err)
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
	return ok && !late && (dial.Reason == redisx.TLSFailed || dial.Reason == redisx.NoGreeting)
}

// Shown is the certificate that each server and Sentinel shows now, by address, as serial numbers.
func (e *Env) Shown(ctx ginkgo.SpecContext, d *topology.Deployment) map[string]string {
	ginkgo.GinkgoHelper()
	shown := map[string]string{}
	for _, address := range d.Doors() {
		o := patient(d.Options())
		o.Addr = address
		state, err := redisx.Greet(ctx, o)
		must(err, "greet "+address)
		shown[address] = state.PeerCertificates[0].SerialNumber.String()
	}
	return shown
}
