package chart

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	helmregistry "helm.sh/helm/v3/pkg/registry"
	"helm.sh/helm/v3/pkg/repo"
)

// versions packages tiny in three versions, the last a prerelease, into one folder.
func versions(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, version := range []string{"1.2.3", "1.10.0", "2.0.0-rc.1"} {
		path := packaged(t, folder(t, map[string]string{"Chart.yaml": "apiVersion: v2\nname: tiny\nversion: " + version + "\n"}))
		if err := os.Rename(path, filepath.Join(dir, filepath.Base(path))); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// helmRepository serves a folder of archives with an index.yaml below /charts.
func helmRepository(t *testing.T, dir string, edit func(*repo.IndexFile)) string {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/charts", http.FileServer(http.Dir(dir))))
	t.Cleanup(server.Close)
	index, err := repo.IndexDirectory(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	edit(index)
	if err := index.WriteFile(filepath.Join(dir, "index.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	return server.URL + "/charts"
}

// ociRegistry holds the archives of a folder, pushed by Helm's own client.
func ociRegistry(t *testing.T, dir string) string {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	client, err := helmregistry.NewClient(helmregistry.ClientOptPlainHTTP(), helmregistry.ClientOptWriter(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range archives {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		version := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "tiny-"), ".tgz")
		if _, err := client.Push(data, host+"/charts/tiny:"+version); err != nil {
			t.Fatal(err)
		}
	}
	return host
}

func unchanged(*repo.IndexFile) {}

func TestAnArchiveByURL(t *testing.T) {
	url := helmRepository(t, versions(t), unchanged)
	c, err := openAt(t, url+"/tiny-1.2.3.tgz", "")
	if err != nil || c.Version != "1.2.3" || c.Ref != url+"/tiny-1.2.3.tgz" {
		t.Errorf("got %+v, %v", c, err)
	}
	_, err = openAt(t, url+"/tiny-1.2.3.tgz", "1.2.4")
	says(t, err, "1.2.4", "it holds tiny 1.2.3")
	_, err = openAt(t, url+"/absent.tgz", "")
	says(t, err, "absent.tgz", "404")
}

func TestAChartFromARepository(t *testing.T) {
	dir := versions(t)
	url := helmRepository(t, dir, unchanged)
	for asked, want := range map[string]string{"": "1.10.0", "1.2.3": "1.2.3", "~1.2": "1.2.3", "2.0.0-rc.1": "2.0.0-rc.1"} {
		c, err := openAt(t, url+"/tiny", asked)
		if err != nil || c.Version != want || c.Ref != url+"/tiny-"+want+".tgz" {
			t.Errorf("%q: got %+v, %v", asked, c, err)
			continue
		}
		file, err := openAt(t, filepath.Join(dir, "tiny-"+want+".tgz"), "")
		if err != nil || file.Digest != c.Digest {
			t.Errorf("%q: digest %s, of the file %v, %v", asked, c.Digest, file, err)
		}
	}
	_, err := openAt(t, url+"/tiny", "3.0.0")
	says(t, err, "1.10.0", "1.2.3", "2.0.0-rc.1")
	_, err = openAt(t, url+"/absent", "")
	says(t, err, "absent", "it has the charts tiny")
	_, err = openAt(t, url+"/nowhere/tiny", "")
	says(t, err, "nowhere/index.yaml", "404")
}

func TestARepositoryThatBreaksItsPromiseIsRefused(t *testing.T) {
	url := helmRepository(t, versions(t), func(index *repo.IndexFile) {
		for _, entry := range index.Entries["tiny"] {
			entry.Digest = strings.Repeat("0", 64)
		}
	})
	_, err := openAt(t, url+"/tiny", "")
	says(t, err, "the index promises sha256:0000")
}

func TestAChartFromARegistry(t *testing.T) {
	dir := versions(t)
	host := ociRegistry(t, dir)
	for ref, want := range map[string]string{"": "1.10.0", ":1.2.3": "1.2.3"} {
		c, err := openAt(t, "oci://"+host+"/charts/tiny"+ref, "")
		if err != nil || c.Version != want || c.Ref != "oci://"+host+"/charts/tiny:"+want {
			t.Errorf("%q: got %+v, %v", ref, c, err)
			continue
		}
		file, err := openAt(t, filepath.Join(dir, "tiny-"+want+".tgz"), "")
		if err != nil || file.Digest != c.Digest {
			t.Errorf("%q: digest %s, of the file %v, %v", ref, c.Digest, file, err)
		}
	}
	if c, err := openAt(t, "oci://"+host+"/charts/tiny", "2.0.0-rc.1"); err != nil || c.Version != "2.0.0-rc.1" {
		t.Errorf("got %+v, %v", c, err)
	}
	_, err := openAt(t, "oci://"+host+"/charts/tiny", "9.9.9")
	says(t, err, "tiny:9.9.9", "MANIFEST_UNKNOWN")
	_, err = openAt(t, "oci://"+host+"/charts/tiny:1.2.3", "1.10.0")
	says(t, err, "drop version 1.10.0")

	image, err := random.Image(16, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := crane.Push(image, host+"/an/image:1.0.0"); err != nil {
		t.Fatal(err)
	}
	_, err = openAt(t, "oci://"+host+"/an/image", "")
	says(t, err, "not a Helm chart")
}

func TestARepositoryMayPointIntoARegistry(t *testing.T) {
	dir := versions(t)
	host := ociRegistry(t, dir)
	url := helmRepository(t, dir, func(index *repo.IndexFile) {
		for _, entry := range index.Entries["tiny"] {
			entry.URLs = []string{"oci://" + host + "/charts/tiny:" + entry.Version}
		}
	})
	c, err := openAt(t, url+"/tiny", "1.2.3")
	if err != nil || c.Ref != "oci://"+host+"/charts/tiny:1.2.3" {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestOpeningEndsWithItsContext(t *testing.T) {
	asked := make(chan struct{}, 16)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	for _, ref := range []string{server.URL + "/a.tgz", server.URL + "/charts/tiny", "oci://" + host + "/charts/tiny"} {
		s, err := ParseSource(ref, "")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-asked; cancel() }()
		if _, err := Open(ctx, s, OpenOptions{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", ref, err)
		}
		cancel()
	}
}
