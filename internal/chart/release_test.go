package chart

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/kube"
	kubefake "helm.sh/helm/v3/pkg/kube/fake"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
)

// kubeconfig points at a test server.
func kubeconfig(server string) []byte {
	return fmt.Appendf(nil, `{apiVersion: v1, kind: Config, current-context: c,
clusters: [{name: c, cluster: {server: %q}}], contexts: [{name: c, context: {cluster: c, user: u}}], users: [{name: u, user: {}}]}`, server)
}

// inMemory is a Releases whose cluster accepts everything, save what the client says.
func inMemory(t *testing.T, client kube.Interface) *Releases {
	t.Helper()
	store := driver.NewMemory()
	store.SetNamespace("ns")
	r, err := NewReleases(kubeconfig("http://127.0.0.1:1"), "ns", func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	r.configure = func(context.Context) (*action.Configuration, error) {
		capabilities := chartutil.DefaultCapabilities.Copy()
		capabilities.KubeVersion.Version = assumedKube
		return &action.Configuration{
			Releases: storage.Init(store), KubeClient: client, Capabilities: capabilities, Log: func(string, ...any) {},
			HookOutputFunc: func(string, string, string) io.Writer { return io.Discard },
		}, nil
	}
	return r
}

func accepting() *kubefake.PrintingKubeClient { return &kubefake.PrintingKubeClient{Out: io.Discard} }

func TestAReleasesLife(t *testing.T) {
	r, c, ctx := inMemory(t, accepting()), openRedis(t), t.Context()
	first, err := r.Install(ctx, c, "r", nested("commonConfiguration", "hz 11"))
	if err != nil || first.Revision != 1 || first.Status != "deployed" || first.ChartVersion != c.Version {
		t.Fatalf("got %+v, %v", first, err)
	}
	if o := parsed(t, first.Manifest); o["StatefulSet/r-redis-master"] == nil || o["Pod/r-redis-test-ping"] == nil {
		t.Errorf("the manifest has %v", o.keys())
	}
	_, err = r.Install(ctx, c, "r", nil)
	says(t, err, "helm install r in ns", "cannot re-use a name")

	second, err := r.Upgrade(ctx, c, "r", nested("master.configuration", "maxclients 99"))
	if err != nil || second.Revision != 2 || strings.Contains(string(second.Manifest), "hz 11") {
		t.Errorf("the upgrade keeps a value it was not given: %v", err)
	}
	third, err := r.Rollback(ctx, "r", 1)
	if err != nil || third.Revision != 3 || !strings.Contains(string(third.Manifest), "hz 11") {
		t.Errorf("got %v, %v", third, err)
	}
	_, err = r.Rollback(ctx, "r", 42)
	says(t, err, "helm rollback r in ns")

	history, err := r.History(ctx, "r")
	if err != nil || len(history) != 3 || history[0].Status != "superseded" || history[2].Status != "deployed" {
		t.Errorf("got %d revisions, %v", len(history), err)
	}
	if err := r.Uninstall(ctx, "r", false); err != nil {
		t.Error(err)
	}
	_, err = r.History(ctx, "r")
	says(t, err, "helm history r in ns", "not found")
	_, err = r.Upgrade(ctx, c, "r", nil)
	says(t, err, "helm upgrade r in ns", "no deployed releases")
}

func TestRejectedValuesInstallNothing(t *testing.T) {
	r, c := inMemory(t, accepting()), openRedis(t)
	_, err := r.Install(t.Context(), c, "r", nested("master.persistance.enabled", false))
	says(t, err, "helm install r in ns", "master.persistance: unknown key")
	if history, err := r.History(t.Context(), "r"); err == nil {
		t.Errorf("a release is recorded: %v", history)
	}
	if _, err := r.Install(t.Context(), c, "r", nil); err != nil {
		t.Fatal(err)
	}
	_, err = r.Upgrade(t.Context(), c, "r", nested("auth", "x"))
	says(t, err, "helm upgrade r in ns", "auth: ")
}

func TestAChartWithoutATestHookIsNotTested(t *testing.T) {
	c, err := openAt(t, folder(t, map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {helm.sh/hook: test}}\n"}), "")
	if err != nil {
		t.Fatal(err)
	}
	r := inMemory(t, accepting())
	if _, err := r.Install(t.Context(), c, "r", nil); err != nil {
		t.Fatal(err)
	}
	says(t, r.Test(t.Context(), "r"), "helm test r in ns", "tiny has no test hook")
	says(t, r.Test(t.Context(), "absent"), "helm test absent in ns", "not found")
}

func TestAFailedTestTellsWhatThePodSaid(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/api/v1/namespaces/ns/pods/r-redis-test-ping/log" {
			http.NotFound(w, req)
			return
		}
		io.WriteString(w, "GET answered: nothing\n") // the test sees a missing answer
	}))
	t.Cleanup(server.Close)
	r := inMemory(t, accepting())
	if _, err := r.Install(t.Context(), openRedis(t), "r", nil); err != nil {
		t.Fatal(err)
	}
	if err := r.Test(t.Context(), "r"); err != nil {
		t.Errorf("a passing test fails: %v", err)
	}
	failing := inMemory(t, &kubefake.FailingKubeClient{PrintingKubeClient: *accepting(), WatchUntilReadyError: errors.New("pod failed")})
	failing.kubeconfig = kubeconfig(server.URL)
	if _, err := failing.Install(t.Context(), openRedis(t), "r", nil); err != nil {
		t.Fatal(err)
	}
	says(t, failing.Test(t.Context(), "r"), "pod failed", "pod r-redis-test-ping said: GET answered: nothing")
}

// hanging is a cluster on which a hook never ends.
type hanging struct {
	*kubefake.PrintingKubeClient
	started chan struct{}
	release chan struct{}
}

// WatchUntilReady tells that it began, and waits for the test to let it go.
func (h hanging) WatchUntilReady(kube.ResourceList, time.Duration) error {
	close(h.started)
	<-h.release
	return nil
}

func TestACancelledVerbReturnsAtOnce(t *testing.T) {
	h := hanging{accepting(), make(chan struct{}), make(chan struct{})}
	defer close(h.release)
	r := inMemory(t, h)
	if _, err := r.Install(t.Context(), openRedis(t), "r", nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-h.started; cancel(errors.New("interrupted")) }()
	says(t, r.Test(ctx, "r"), "helm test r in ns", "interrupted")
}
