package harness

import (
	"context"
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/redisx"
	"redis-e2e/internal/topology"
)

// Settings holds every directive of the release's commonConfiguration against the live server. The second list is what
// CONFIG GET cannot show.
func (e *Env) Settings(ctx ginkgo.SpecContext, d *topology.Deployment) (wrong, skipped []redisx.Difference) {
	ginkgo.GinkgoHelper()
	text, ok := d.Values["commonConfiguration"].(string)
	if !ok || strings.TrimSpace(text) == "" {
		ginkgo.Fail("the values set no commonConfiguration, so there is nothing to check")
	}
	want, err := redisx.Directives(text)
	must(err, "commonConfiguration")
	live, err := redisx.Config(ctx, d.Client())
	must(err, "settings of the running server")
	e.Measure("settings checked", float64(len(want)), "directives")
	return redisx.Differences(want, live)
}

// Command sends one command, its words separated by blanks, and gives the server's error.
func (e *Env) Command(ctx context.Context, c *redis.Client, words string) error {
	var args []any
	for _, w := range strings.Fields(words) {
		args = append(args, w)
	}
	if len(args) == 0 {
		return fmt.Errorf("no command")
	}
	return c.Do(ctx, args...).Err()
}
