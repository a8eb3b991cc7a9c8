package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/config"
	"redis-e2e/internal/session"
)

// Env is what a suite's specs work with. A suite has one, in a package variable.
type Env struct {
	Suite    string
	Timeouts config.Timeouts
	Cluster  *cluster.Cluster
	Session  session.Session

	chart    *chart.Chart
	nodes    cluster.Nodes
	held     map[string]bool // images that were found on every node
	live     []live          // deployments of the spec that runs now in this process
	enforced bool            // a policy was seen to bite on this cluster
	files    int             // of evidence that this process has begun
}

// New names a suite; Run fills the rest in.
func New(suite string) *Env {
	return &Env{Suite: suite, Timeouts: config.DefaultTimeouts(), held: map[string]bool{}}
}

// Run is a suite's whole main: it joins the command's session, or makes one for this suite alone, and runs the specs.
func (e *Env) Run(t *testing.T) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	gomega.EnforceDefaultTimeoutsWhenUsingContexts()
	gomega.SetDefaultEventuallyTimeout(30 * time.Second)
	gomega.SetDefaultEventuallyPollingInterval(100 * time.Millisecond)
	var release func(context.Context) error
	ginkgo.SynchronizedBeforeSuite(func(ctx ginkgo.SpecContext) []byte {
		s, err := e.session(ctx, &release)
		must(err, "the suite cannot start")
		text, err := json.Marshal(s)
		must(err, "session")
		return text
	}, func(ctx ginkgo.SpecContext, text []byte) {
		must(json.Unmarshal(text, &e.Session), "session")
		must(e.join(ctx), "the suite cannot start")
	})
	ginkgo.SynchronizedAfterSuite(func() {}, func(ctx ginkgo.SpecContext) {
		if release != nil && e.Session.Config.Keep != "always" {
			must(release(ctx), "the cluster was not deleted; run `make down`")
		}
	})
	ginkgo.JustAfterEach(e.keep, ginkgo.NodeTimeout(time.Minute))
	e.reporting()
	ginkgo.RunSpecs(t, e.Suite)
}

func (e *Env) session(ctx context.Context, release *func(context.Context) error) (session.Session, error) {
	if path := config.SessionFile(); path != "" {
		return session.Load(path)
	}
	s, r, err := alone(ctx)
	*release = r
	return s, err
}

// join connects this process to the session's cluster and opens the chart under test.
func (e *Env) join(ctx context.Context) (err error) {
	if e.Cluster, err = cluster.Connect(e.Session.Cluster); err != nil {
		return err
	}
	e.nodes = nodes(ctx, e.Session)
	source, err := chart.ParseSource(e.Session.Config.Chart, e.Session.Config.ChartVersion)
	if err != nil {
		return err
	}
	e.chart, err = chart.Open(ctx, source, chart.OpenOptions{})
	return err
}

// must fails the running spec with what was attempted and what went wrong.
func must(err error, attempted string) {
	if err != nil {
		ginkgo.Fail(fmt.Sprintf("%s: %v", attempted, err), 1)
	}
}
