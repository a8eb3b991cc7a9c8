package cluster

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestContentsAreWhatAChartLeft(t *testing.T) {
	c, _ := pretend("kind")
	meta := func(name string, owners ...metav1.OwnerReference) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: "n", Name: name, OwnerReferences: owners}
	}
	core := c.Client.CoreV1()
	for _, name := range []string{"kube-root-ca.crt", "redis-configuration"} {
		if _, err := core.ConfigMaps("n").Create(t.Context(), &corev1.ConfigMap{ObjectMeta: meta(name)}, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, pod := range []metav1.ObjectMeta{meta("e2e-relay"), meta("redis-master-0", metav1.OwnerReference{Kind: "StatefulSet"}), meta("stray")} {
		if _, err := core.Pods("n").Create(t.Context(), &corev1.Pod{ObjectMeta: pod}, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: meta("redis-data-redis-master-0")}
	if _, err := core.PersistentVolumeClaims("n").Create(t.Context(), claim, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	got, err := c.Contents(t.Context(), "n")
	want := "ConfigMap/redis-configuration PersistentVolumeClaim/redis-data-redis-master-0 Pod/stray"
	if err != nil || strings.Join(got, " ") != want {
		t.Errorf("%v, %v; want %s", got, err, want)
	}
}
