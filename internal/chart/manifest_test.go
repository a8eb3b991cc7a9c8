package chart

import (
	"slices"
	"testing"
)

func TestImagesOfAllContainersAreListedOnce(t *testing.T) {
	m := Manifest(`kind: Deployment
spec: {template: {spec: {initContainers: [{name: i, image: init:1}], containers: [{name: a, image: app:1}, {name: b, image: app:1}]}}}
---
kind: CronJob
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: cron:1}]}}}}}
---
# Source: only a comment
---
kind: ConfigMap
data: {image: not-an-image:1, text: "a\n---b"}
---
kind: Pod
metadata: {annotations: {helm.sh/hook: test}}
spec: {containers: [{name: d, image: "hook@sha256:00"}, {name: e}]}
`)
	got, err := Images(m)
	if want := []string{"app:1", "cron:1", "hook@sha256:00", "init:1"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = Images("a: b: c")
	says(t, err, "manifest, document 0")
}

func TestTheReferenceChartsImageCanBeReplaced(t *testing.T) {
	for want, image := range map[string]Values{
		"docker.io/library/redis:8.0": nil,
		"mirror:5000/valkey:9":        {"registry": "mirror:5000", "repository": "valkey", "tag": "9"},
		"valkey:9":                    {"registry": "", "repository": "valkey", "tag": "9"},
		"docker.io/library/redis@sha256:" + digestOf(nil)[7:]: {"digest": digestOf(nil)},
	} {
		m, err := Render(t.Context(), openRedis(t), Target{Release: "r", Namespace: "ns"}, Values{"image": image})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Images(m) // the test hook's image is the same one
		if err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("want %s, got %q, %v", want, got, err)
		}
	}
}
