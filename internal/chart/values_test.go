package chart

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestLaterLayersWinAndMapsMerge(t *testing.T) {
	base := Values{"auth": map[string]any{"enabled": true, "password": "a"}, "tag": "7", "list": []any{1, 2}}
	fixture := Values{"auth": map[string]any{"password": "b"}, "list": []any{3}}
	spec := Values{"tag": nil, "master": Values{"args": []string{"--x"}}}

	got := Merge(base, fixture, spec)

	want := Values{
		"auth": map[string]any{"enabled": true, "password": "b"}, "tag": nil, "list": []any{3},
		"master": map[string]any{"args": []any{"--x"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v\nwant %#v", got, want)
	}
	if dig(map[string]any(base), "auth.password") != "a" || base["tag"] != "7" {
		t.Errorf("the base was changed: %v", base)
	}
	got["auth"].(map[string]any)["enabled"] = false
	if dig(map[string]any(base), "auth.enabled") != true {
		t.Error("the result shares a map with the base")
	}
}

func TestAMapReplacesAScalarAndBack(t *testing.T) {
	got := Merge(Values{"a": 1, "b": map[string]any{"c": 1}}, Values{"a": map[string]any{"d": 1}, "b": 2})
	if want := (Values{"a": map[string]any{"d": 1}, "b": 2}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v", got)
	}
	if got := Merge(); got == nil || len(got) != 0 {
		t.Errorf("no layers give %#v", got)
	}
}

// As with Helm, null in a layer removes what the chart itself sets.
func TestNullDeletesTheChartsDefault(t *testing.T) {
	with := container(t, renderRedis(t).the(t, "StatefulSet/r-redis-master"))
	if dig(with, "securityContext.seccompProfile.type") != "RuntimeDefault" {
		t.Fatal("the default is not there to begin with")
	}
	null := Values{"master": Values{"containerSecurityContext": Values{"seccompProfile": nil}}}
	without := container(t, renderRedis(t, null).the(t, "StatefulSet/r-redis-master"))
	if dig(without, "securityContext.seccompProfile") != nil {
		t.Errorf("null did not delete it: %v", without["securityContext"])
	}
}

func TestValuesFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "values.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("master:\n  maxmemory: 67108864\n")
	values, err := LoadValuesFile(path)
	if err != nil || dig(map[string]any(values), "master.maxmemory") != json.Number("67108864") {
		t.Errorf("got %#v, %v", values, err)
	}

	write("master:\n  service:\n    ports:\n      redis: 7000\n")
	if values, err = LoadValuesFile(path); err != nil {
		t.Fatal(err)
	}
	renderRedis(t, values) // a number from a file passes the schema

	write("auth:\n\tenabled: true\n")
	_, err = LoadValuesFile(path)
	says(t, err, path, "line 2")

	write("auth:\n  enabled: true\n  enabled: false\n")
	_, err = LoadValuesFile(path)
	says(t, err, path, `"enabled"`, "line 3")

	write("- a\n")
	_, err = LoadValuesFile(path)
	says(t, err, path, "array")

	_, err = LoadValuesFile(path + ".absent")
	says(t, err, path+".absent", "no such file")
}
