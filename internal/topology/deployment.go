package topology

import (
	"crypto/tls"
	"io"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/cluster"
	"redis-e2e/internal/redisx"
)

const redisPort = 6379

// Deployment is one installed release. Its questions take a context and answer with an error, so that they can be polled.
type Deployment struct {
	Cluster   *cluster.Cluster
	Namespace cluster.Namespace
	Release   chart.ReleaseName
	Dialect   chart.Dialect
	Values    chart.Values   // that the release was installed with, all layers merged
	Manifest  chart.Manifest // that Helm applied
	Installed time.Time      // when Helm had applied it
	Password  string         // empty when authentication is off
	TLS       *tls.Config    // of a client that the servers admit; nil when they speak plaintext
	Identity  *Identity      // whose certificate the servers show; nil when the chart made it, or there is none
	Road      redisx.Dialer  // from this process into the release's namespace

	mu      sync.Mutex
	clients []io.Closer
	direct  map[string]*redis.Client // one for each server and each Sentinel process that was asked directly
}

// Pod addresses a pod of this deployment's namespace.
func (d *Deployment) Pod(name cluster.PodName) cluster.Pod {
	return cluster.Pod{Namespace: d.Namespace, Name: name}
}
