package harness

import (
	"fmt"
	"net/http"

	"github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/cluster"
	"redis-e2e/internal/scrape"
	"redis-e2e/internal/topology"
)

// Scrape reads the exporter beside each server once, as Prometheus would, by pod.
func (e *Env) Scrape(ctx ginkgo.SpecContext, d *topology.Deployment) map[cluster.PodName]scrape.Reading {
	ginkgo.GinkgoHelper()
	members, err := d.Members(ctx)
	must(err, "scrape")
	client := &http.Client{Transport: &http.Transport{DialContext: d.Road, DisableKeepAlives: true}}
	exporters := d.Exporters()
	if len(exporters) != len(members)+1 {
		must(fmt.Errorf("%d exporters for %d servers: do the values enable metrics?", max(0, len(exporters)-1), len(members)), "scrape")
	}
	readings := map[cluster.PodName]scrape.Reading{}
	for i, pod := range d.Dialect.Servers() {
		limited, cancel := within(ctx, e.Timeouts.Recovered, "scrape")
		readings[pod], err = scrape.Read(limited, client, "http://"+exporters[i+1]+"/metrics")
		cancel()
		must(err, "exporter of "+string(pod))
	}
	limited, cancel := within(ctx, e.Timeouts.Recovered, "scrape")
	defer cancel()
	_, err = scrape.Read(limited, client, "http://"+exporters[0]+"/metrics")
	must(err, "Service of the exporters")
	return readings
}

// Mismeasured lists where an exporter says something else than its server: whether it can be reached, its role, its replicas, its
// keys. Nothing may be written meanwhile.
func (e *Env) Mismeasured(ctx ginkgo.SpecContext, d *topology.Deployment) []string {
	ginkgo.GinkgoHelper()
	readings := e.Scrape(ctx, d)
	view, err := d.View(ctx)
	must(err, "what the servers say")
	var wrong []string
	for _, s := range view.Seen {
		must(s.Err, "what "+string(s.Member.Pod.Name)+" says")
		keys, err := d.Direct(s.Member).DBSize(ctx).Result()
		must(err, "DBSIZE")
		for _, w := range mismeasured(readings[s.Member.Pod.Name], s, keys) {
			wrong = append(wrong, string(s.Member.Pod.Name)+": "+w)
		}
	}
	return wrong
}

func mismeasured(r scrape.Reading, s topology.Sight, keys int64) []string {
	if up, _ := r.Value("redis_up", nil); up != 1 {
		why := r.Label("redis_exporter_last_scrape_error", "err") // of its second attempt; the first is in its log with --debug
		return []string{fmt.Sprintf("redis_up is %v: its exporter does not reach the server, which answers us: address, password or TLS are wrong; it says %q", up, why)}
	}
	var wrong []string
	if role := r.Label("redis_instance_info", "role"); role != s.Info.Role {
		wrong = append(wrong, fmt.Sprintf("the exporter says role %q, the server %q", role, s.Info.Role))
	}
	for _, c := range []struct {
		metric string
		labels map[string]string
		want   float64
	}{
		{"redis_connected_slaves", nil, float64(s.Info.Replication.ConnectedCount)},
		{"redis_db_keys", map[string]string{"db": "db0"}, float64(keys)},
	} {
		if got, ok := r.Value(c.metric, c.labels); !ok || got != c.want {
			wrong = append(wrong, fmt.Sprintf("the exporter says %s %v, the server %v", c.metric, got, c.want))
		}
	}
	return wrong
}
