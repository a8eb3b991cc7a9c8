package report

import "time"

func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// example is a run with one spec in every state.
func example() Report {
	r := Report{
		Run: Run{ID: "20261123-120000", Started: noon(), Duration: Seconds(192*time.Second + 400*time.Millisecond),
			Options: map[string]string{"suites": "standalone", "keep": "failed"}},
		Machine: Machine{"linux", "amd64", 2, 24 << 30},
		Engine:  Engine{"podman", "4.3.1", "the only engine found"},
		Cluster: Cluster{"redis-e2e-1a2b", "kind", "v1.36.1", 3, "sha256:0123456789abcdef0123456789abcdef"},
		Chart:   Chart{"redis", "0.1.0", "charts/redis", "sha256:fedcba9876543210fedcba9876543210"},
		Images:  []Image{{"redis:8.0", "sha256:aaaabbbbccccddddeeeeffff00001111", "built"}, {"agent", "", "built"}},
		Suites: []Suite{
			{"standalone", []Spec{
				{Name: "serves authenticated clients and refuses all others", State: Passed, Duration: Seconds(1234 * time.Millisecond)},
				{Name: "loses no acknowledged write to a SIGKILL with appendfsync always", State: Failed, Duration: Seconds(12300 * time.Millisecond),
					Failure: &Failure{"expected the run to keep every acknowledged write, but lost 57 of 4,812 acknowledged writes\n\twith password hunter2 ",
						"suites/standalone/aof_test.go:41"},
					Measurements: []Measurement{
						Measured("lost", 57, "").Budgeted(AtMost, 0),
						Measured("outage", 1.4321, "s").Budgeted(AtMost, 6),
						Measured("acknowledged", 4812.4, "writes/s").Budgeted(AtLeast, 2000),
						Measured("acknowledged through a slow relay", 1500, "writes/s").Budgeted(AtLeast, 2000),
					}, Artifacts: "artifacts/standalone/aof"},
				{Name: "keeps what RDB saved", State: SpecInvalid, Duration: Seconds(8 * time.Second),
					Failure: &Failure{Message: "invalid: only 3 acknowledged writes before the kill, need 100"}},
			}},
			{"sentinel", []Spec{
				{Name: "promotes a replica", State: Skipped, Reason: "needs 3 nodes,\nhas 1"},
				{Name: "survives a drain", State: Pending},
			}},
		},
		Waits: []Wait{wait(0, 60), wait(30, 100), wait(110, 170)},
	}
	r.Conclude("")
	return r
}

func wait(begin, end int) Wait {
	at := func(s int) time.Time { return noon().Add(time.Duration(s) * time.Second) }
	return Wait{"readiness", "r-redis-master-0", at(begin), at(end)}
}
