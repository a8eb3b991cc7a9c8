package chart

import (
	"path/filepath"
	"strings"
	"testing"
)

const redisChart = "../../charts/redis"

// openRedis loads the reference chart.
func openRedis(t *testing.T) *Chart {
	t.Helper()
	c, err := Open(t.Context(), Source{Kind: Dir, Ref: redisChart}, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// objects are rendered documents, addressed by kind/name.
type objects map[string]map[string]any

// renderRedis renders the reference chart as release r, full name r-redis.
func renderRedis(t *testing.T, layers ...Values) objects {
	t.Helper()
	m, err := Render(t.Context(), openRedis(t), Target{Release: "r", Namespace: "ns"}, Merge(layers...))
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, m)
}

func parsed(t *testing.T, m Manifest) objects {
	t.Helper()
	list, err := m.Objects()
	if err != nil {
		t.Fatal(err)
	}
	found := objects{}
	for _, o := range list {
		name, _ := dig(o, "metadata.name").(string)
		key := o["kind"].(string) + "/" + name
		if found[key] != nil {
			t.Fatalf("%s is rendered twice", key)
		}
		found[key] = o
	}
	return found
}

// the gives an object that must be there.
func (o objects) the(t *testing.T, key string) map[string]any {
	t.Helper()
	if o[key] == nil {
		t.Fatalf("%s is not rendered; there are %v", key, o.keys())
	}
	return o[key]
}

func (o objects) keys() []string {
	var keys []string
	for key := range o {
		keys = append(keys, key)
	}
	return keys
}

// dig follows a dotted path through maps; list items and keys with dots are for the caller.
func dig(o any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, ok := o.(map[string]any)
		if !ok {
			return nil
		}
		o = m[key]
	}
	return o
}

// container is the first container of a pod, or of a StatefulSet's pods.
func container(t *testing.T, o map[string]any) map[string]any {
	t.Helper()
	path := "spec.containers"
	if o["kind"] == "StatefulSet" {
		path = "spec.template.spec.containers"
	}
	list, ok := dig(o, path).([]any)
	if !ok {
		t.Fatalf("%v has no containers", o["kind"])
	}
	return list[0].(map[string]any)
}

// says fails unless the error is there and holds every part.
func says(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, but it should say %q", parts)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

// file gives a path in the reference chart.
func file(parts ...string) string {
	return filepath.Join(append([]string{redisChart}, parts...)...)
}
