package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

func TestShortImageNamesAreCompletedAsTheNodesDo(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("a", 64)
	for ref, want := range map[string]string{
		"redis:8.0":                     "docker.io/library/redis:8.0",
		"redis":                         "docker.io/library/redis:latest",
		"bitnami/redis:7.0":             "docker.io/bitnami/redis:7.0",
		"docker.io/bitnami/redis:7.0":   "docker.io/bitnami/redis:7.0",
		"index.docker.io/library/redis": "docker.io/library/redis:latest",
		"registry.k8s.io/pause:3.10":    "registry.k8s.io/pause:3.10",
		"localhost/redis-e2e/redis:8":   "localhost/redis-e2e/redis:8",
		"localhost:5000/redis":          "localhost:5000/redis:latest",
		"mirror:5000/library/redis:8.0": "mirror:5000/library/redis:8.0",
		"redis" + digest:                "docker.io/library/redis" + digest,
		"bitnami/redis:7.0" + digest:    "docker.io/bitnami/redis" + digest,
		"Not A Name":                    "Not A Name",
	} {
		if got := complete(ref); got != want {
			t.Errorf("%s is completed to %s, want %s", ref, got, want)
		}
	}
}

func TestSomebodyElsesNodesGiveANoteInsteadOfLogs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run", "nodes")
	if err := (&Existing{}).ExportLogs(t.Context(), &Cluster{Handle: Handle{Name: "prod"}}, dir); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "nodes.txt")); err != nil || !strings.Contains(string(text), "cluster prod are not ours") {
		t.Errorf("%q, %v", text, err)
	}
}

func TestAMissingContextIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kubeconfig")
	config := clientcmdapi.Config{
		CurrentContext: "a", Contexts: map[string]*clientcmdapi.Context{"a": {Cluster: "c"}},
		Clusters: map[string]*clientcmdapi.Cluster{"c": {Server: "https://127.0.0.1:1"}},
	}
	if err := clientcmd.WriteToFile(config, file); err != nil {
		t.Fatal(err)
	}
	if _, err := (&Existing{Kubeconfig: file, Context: "b"}).Acquire(t.Context()); err == nil || !strings.Contains(err.Error(), `no context "b"`) {
		t.Errorf("got %v", err)
	}
	if _, err := (&Existing{Kubeconfig: file + ".not"}).Acquire(t.Context()); err == nil || !strings.Contains(err.Error(), "kubeconfig") {
		t.Errorf("got %v", err)
	}
}
