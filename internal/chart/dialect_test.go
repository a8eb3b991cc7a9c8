package chart

import (
	"strings"
	"testing"
)

// The names are compared with what the chart really renders, so neither can drift from the other.
func TestTheDialectNamesWhatTheChartRenders(t *testing.T) {
	for release, v := range map[ReleaseName]Values{
		"r":                                  nil,
		"my-redis":                           nil,
		"a":                                  {"nameOverride": "cache"},
		"b":                                  {"fullnameOverride": "kv"},
		ReleaseName(strings.Repeat("l", 50)): {"nameOverride": "redis-with-quite-a-name"},
		"c":                                  {"auth": Values{"existingSecret": "mine", "existingSecretPasswordKey": "k"}},
		"d":                                  {"auth": Values{"existingSecret": "mine"}},
		"e":                                  {"auth": Values{"enabled": false}},
	} {
		c := openRedis(t)
		d, err := Bitnami(c, release, v)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Render(t.Context(), c, Target{Release: release, Namespace: "ns"}, v)
		if err != nil {
			t.Fatal(err)
		}
		o := parsed(t, m)
		set := o.the(t, "StatefulSet/"+d.PrimaryStatefulSet())
		o.the(t, "Service/"+d.PrimaryService())
		o.the(t, "Service/"+d.HeadlessService())
		labels := dig(set, "spec.template.metadata.labels").(map[string]any)
		for _, selector := range []map[string]string{d.PrimarySelector(), d.ReleaseSelector()} {
			for key, value := range selector {
				if labels[key] != value {
					t.Errorf("%s: the pods have %v, the dialect says %s=%s", release, labels, key, value)
				}
			}
		}
		if name := container(t, set)["name"]; name != string(d.RedisContainer()) {
			t.Errorf("%s: the container is %v", release, name)
		}
		claims := dig(set, "spec.volumeClaimTemplates").([]any)
		if pvc := d.DataPVC("pod-0"); pvc != dig(claims[0], "metadata.name").(string)+"-pod-0" {
			t.Errorf("%s: the claim is %v, the dialect says %s", release, claims[0], pvc)
		}
		if dig(o.the(t, "Pod/"+d.Fullname()+"-test-ping"), "metadata.labels").(map[string]any)[d.ClientLabel()] != "true" {
			t.Errorf("%s: the test pod does not carry %s", release, d.ClientLabel())
		}
		checkSecret(t, d, o)
	}
}

func checkSecret(t *testing.T, d Dialect, o objects) {
	t.Helper()
	secret, auth := d.PasswordSecret()
	var mounted map[string]any
	for _, volume := range dig(o["StatefulSet/"+d.PrimaryStatefulSet()], "spec.template.spec.volumes").([]any) {
		if found, ok := dig(volume, "secret").(map[string]any); ok {
			mounted = found
		}
	}
	if auth != (mounted != nil) {
		t.Errorf("%s: auth is %v, but the pod mounts %v", d.Fullname(), auth, mounted)
	}
	if auth && (mounted["secretName"] != secret.Name || dig(mounted["items"].([]any)[0], "key") != secret.Key) {
		t.Errorf("the dialect says %+v, the pod mounts %v", secret, mounted)
	}
}
