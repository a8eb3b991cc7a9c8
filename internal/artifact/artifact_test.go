package artifact

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttest "k8s.io/client-go/testing"

	"redis-e2e/internal/cluster"
)

func TestNoSecretIsLeftInAnyForm(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		secrets []string
		want    string
	}{
		"plain":                      {"requirepass s3cret # s3cret", []string{"s3cret"}, "requirepass [masked] # [masked]"},
		"none":                       {"requirepass x", nil, "requirepass x"},
		"an empty one":               {"requirepass x", []string{""}, "requirepass x"},
		"one begins like another":    {"a=pass b=password", []string{"pass", "password"}, "a=[masked] b=[masked]"},
		"base64":                     {"data: czNjcmV0", []string{"s3cret"}, "data: [masked]"},
		"escaped in JSON or in YAML": {`args: ["p\"w\\1"]`, []string{`p"w\1`}, `args: ["[masked]"]`},
		"over a line":                {"a\nb s3c\nret", []string{"s3c\nret"}, "a\nb [masked]"},
	} {
		if got := Mask(c.text, c.secrets); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func at(second int64) time.Time { return time.Unix(1700000000+second, 0) } // 22:13:20 UTC

func events() []corev1.Event {
	pod := corev1.ObjectReference{Kind: "Pod", Name: "redis-0"}
	return []corev1.Event{
		{ObjectMeta: metav1.ObjectMeta{Name: "c", Namespace: "n"}, InvolvedObject: pod, Type: "Normal", Reason: "Started", Message: "Started container", LastTimestamp: metav1.NewTime(at(20))},
		{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "n"}, InvolvedObject: pod, Type: "Warning", Reason: "FailedScheduling", Message: "s3cret 0/3 nodes", EventTime: metav1.NewMicroTime(at(10))},
		{ObjectMeta: metav1.ObjectMeta{Name: "b", Namespace: "n"}, InvolvedObject: pod, Type: "Normal", Reason: "Pulled", Message: "Image present", LastTimestamp: metav1.NewTime(at(20))},
	}
}

func TestEventsAreLinesInTheOrderTheyHappened(t *testing.T) {
	want := "22:13:30 Warning  Pod/redis-0 FailedScheduling: s3cret 0/3 nodes\n" +
		"22:13:40 Normal   Pod/redis-0 Started: Started container\n22:13:40 Normal   Pod/redis-0 Pulled: Image present\n"
	if got := eventLines(events()); got != want {
		t.Errorf("wrote\n%swant\n%s", got, want)
	}
}

func pretend(objects ...runtime.Object) (*cluster.Cluster, *fake.Clientset) {
	client := fake.NewClientset(objects...)
	return &cluster.Cluster{Handle: cluster.Handle{Name: "c"}, Client: client}, client
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatCannotBeHadDoesNotHideTheRest(t *testing.T) {
	all := events()
	c, client := pretend(&all[0], &all[1],
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "auth", Namespace: "n"}, StringData: map[string]string{"password": "s3cret"}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "conf", Namespace: "n"}, Data: map[string]string{"redis.conf": "requirepass s3cret"}})
	client.PrependReactor("list", "services", func(clienttest.Action) (bool, runtime.Object, error) { return true, nil, errors.New("forbidden") })
	dir := t.TempDir()
	err := Objects(t.Context(), c, "n", Folder{Dir: dir, Secrets: []string{"s3cret"}})
	if err == nil || err.Error() != "services: forbidden" {
		t.Errorf("got %v", err)
	}
	if text := read(t, filepath.Join(dir, "configmaps.yaml")); !strings.Contains(text, "requirepass [masked]") {
		t.Errorf("wrote\n%s", text)
	}
	if text := read(t, filepath.Join(dir, "events.txt")); !strings.Contains(text, "FailedScheduling: [masked] 0/3 nodes") {
		t.Errorf("wrote\n%s", text)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.Contains(f, "secret") || strings.Contains(read(t, f), "s3cret") || strings.Contains(read(t, f), "czNjcmV0") {
			t.Errorf("%s holds the password", f)
		}
	}
	if len(files) != 6 { // pods, configmaps, claims, statefulsets, policies, events
		t.Errorf("wrote %v", files)
	}
}

func TestEveryInstanceOfAContainerHasItsLog(t *testing.T) {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "redis-0", Namespace: "n", UID: "12345678-aaaa"}, Status: corev1.PodStatus{
		ContainerStatuses: []corev1.ContainerStatus{{Name: "redis", ContainerID: "containerd://1", RestartCount: 0}, {Name: "not-yet"}},
	}}
	c, _ := pretend(pod)
	logs := Follow(t.Context(), c, "n")
	wait := func(lines int) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); strings.Count(logs.Text(), "fake logs") < lines; <-time.After(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("collected %q, want %d logs", logs.Text(), lines)
			}
		}
	}
	wait(1)
	pod.Status.ContainerStatuses[0].RestartCount = 1
	if _, err := c.Client.CoreV1().Pods("n").UpdateStatus(t.Context(), pod, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	wait(2)
	if err := c.Client.CoreV1().Pods("n").Delete(t.Context(), "redis-0", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	logs.Stop()
	dir := t.TempDir()
	if err := logs.Write(dir, []string{"fake"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"redis-0.redis.12345678.0.log", "redis-0.redis.12345678.1.log"} {
		if text := read(t, filepath.Join(dir, "logs", name)); text != "[masked] logs\n" {
			t.Errorf("%s holds %q", name, text)
		}
	}
}

func TestALongLogKeepsItsEnd(t *testing.T) {
	l := &Logs{streams: map[string][]string{}}
	for range maxLines {
		l.add("k", "old")
	}
	l.add("k", "new")
	if lines := l.streams["k"]; len(lines) != maxLines || lines[maxLines-1] != "new" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

func TestAFileThatHoldsASecretIsNotKept(t *testing.T) {
	to := Folder{Dir: t.TempDir(), Secrets: []string{"s3cret"}}
	for name, text := range map[string]string{
		"fine.txt": "requirepass s3cret", // masked as it is written
		"key.pem":  "-----BEGIN EC PRIVATE KEY-----\nMHc=",
		"key.yaml": "data:\n  tls.key: " + base64.StdEncoding.EncodeToString([]byte("-----BEGIN PRIVATE KEY-----\nMHc=\n")) + "\n",
		"crt.yaml": "data:\n  tls.crt: " + base64.StdEncoding.EncodeToString([]byte("-----BEGIN CERTIFICATE-----\nMHc=\n")) + "\n",
	} {
		if err := to.Text(name, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"password.txt", "base64.txt"} { // written past the mask
		text := map[string]string{"password.txt": "s3cret", "base64.txt": "czNjcmV0"}[name]
		if err := os.WriteFile(filepath.Join(to.Dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	leaks, err := to.Purge()
	if err != nil || strings.Join(leaks, " ") != "base64.txt key.pem key.yaml password.txt" {
		t.Errorf("found %v, %v", leaks, err)
	}
	if left, err := os.ReadDir(to.Dir); err != nil || len(left) != 2 || left[0].Name() != "crt.yaml" || left[1].Name() != "fine.txt" {
		t.Errorf("left are %v, %v", left, err)
	}
}
