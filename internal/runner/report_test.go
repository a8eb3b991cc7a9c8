package runner

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"redis-e2e/internal/config"
	"redis-e2e/internal/report"
	"redis-e2e/internal/session"
)

func TestAReportHoldsWhatIsKnownOfTheRun(t *testing.T) {
	started := time.Now().Add(-time.Minute)
	s := session.Session{ID: "r1", Dir: "/out/r1", Config: config.Default("/root", "/cache")}
	c, i, e := &s.Cluster, &s.Machine.Images, made(&s.Machine.Engine)
	c.Name, c.Provider, c.Kubernetes, c.Nodes = "c", "kind", "1.37.2", 3
	i.Node.Ref, i.Node.Digest, i.Node.Origin = "node:1", "sha256:1", "built"
	i.Redis.Ref, i.Redis.Digest, i.Redis.Origin = "redis:1", "sha256:2", "pulled"
	e.Name, e.Version, e.Why = "podman", "4.3", "it runs privileged containers"
	wait := report.Wait{Kind: "readiness", Name: "pods", Begin: started, End: started.Add(time.Second)}
	r := Assemble(s, started, []session.Outcome{
		{Suite: report.Suite{Name: "tls", Specs: []report.Spec{{Name: "b", Artifacts: "/out/r1/artifacts/b"}, {Name: "a"}}}, Waits: []report.Wait{wait}},
		{Suite: report.Suite{Name: "sentinel"}, Waits: []report.Wait{wait}},
	})
	if r.Schema != report.Schema || r.Run.ID != "r1" || r.Run.Started != started || r.Run.Options["redis"] != "8.0" || time.Duration(r.Run.Duration) < time.Minute {
		t.Errorf("run %+v", r.Run)
	}
	if want := (report.Cluster{Name: "c", Provider: "kind", Kubernetes: "1.37.2", Nodes: 3, NodeImage: "sha256:1"}); r.Cluster != want {
		t.Errorf("cluster %+v, want %+v", r.Cluster, want)
	}
	if want := (report.Engine{Name: "podman", Version: "4.3", Why: "it runs privileged containers"}); r.Engine != want {
		t.Errorf("engine %+v, want %+v", r.Engine, want)
	}
	if want := []report.Image{{Name: "node:1", Digest: "sha256:1", Origin: "built"}, {Name: "redis:1", Digest: "sha256:2", Origin: "pulled"}}; !reflect.DeepEqual(r.Images, want) {
		t.Errorf("images %+v, want %+v: the agent's was never made", r.Images, want)
	}
	if len(r.Suites) != 2 || r.Suites[0].Specs[0].Name != "a" || r.Suites[0].Specs[1].Artifacts != "artifacts/b" || r.Suites[0].Specs[0].Artifacts != "" || len(r.Waits) != 2 {
		t.Errorf("suites %+v, waits %+v", r.Suites, r.Waits)
	}
}

// made points p to a new value of a type that this package does not import.
func made[T any](p **T) *T {
	*p = new(T)
	return *p
}

func TestARunThatEndedBeforeItsClusterHasAReportToo(t *testing.T) {
	r := Assemble(session.Session{ID: "r1", Config: config.Default("/root", "/cache")}, time.Now(), nil)
	if r.Cluster != (report.Cluster{}) || r.Engine != (report.Engine{}) || len(r.Images) != 0 || r.Machine.CPUs == 0 || r.Machine.Memory == 0 {
		t.Errorf("got %+v", r)
	}
}

func TestTheNewestReportIsFoundUnderLatest(t *testing.T) {
	out := t.TempDir()
	for _, id := range []string{"r1", "r2"} {
		if err := Save(report.Report{Schema: report.Schema, Run: report.Run{ID: id}}, filepath.Join(out, id)); err != nil {
			t.Fatal(err)
		}
	}
	var r report.Report
	text, err := os.ReadFile(filepath.Join(out, "latest", "report.json"))
	if err != nil || json.Unmarshal(text, &r) != nil || r.Run.ID != "r2" {
		t.Errorf("latest holds %s, %v", text, err)
	}
	if _, err := os.Stat(filepath.Join(out, "r1", "junit.xml")); err != nil {
		t.Error(err)
	}
}

func TestTwoRunsMayEndAtTheSameTime(t *testing.T) {
	out := t.TempDir()
	var wg sync.WaitGroup
	for _, id := range []string{"r1", "r2", "r3", "r4"} {
		wg.Go(func() {
			for range 10 {
				if err := Save(report.Report{Run: report.Run{ID: id}}, filepath.Join(out, id)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if left, err := filepath.Glob(filepath.Join(out, ".*")); err != nil || len(left) != 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
}
