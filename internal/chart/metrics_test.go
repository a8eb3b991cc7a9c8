package chart

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func exporting(more ...Values) Values {
	return Merge(append([]Values{{"metrics": map[string]any{"enabled": true}}}, more...)...)
}

func TestEveryServerGetsAnExporter(t *testing.T) {
	sentinel := Values{"architecture": "replication", "sentinel": map[string]any{"enabled": true}}
	for key, values := range map[string]Values{
		"StatefulSet/r-redis-master": nil, "StatefulSet/r-redis-replicas": replication(), "StatefulSet/r-redis-node": sentinel,
	} {
		without := typed[appsv1.StatefulSet](t, key, values).Spec.Template.Spec
		pod := typed[appsv1.StatefulSet](t, key, values, exporting()).Spec.Template.Spec
		if len(pod.Containers) != len(without.Containers)+1 {
			t.Errorf("%s: %d containers", key, len(pod.Containers))
		}
		c := pod.Containers[len(pod.Containers)-1]
		if c.Name != "metrics" || env(c)["REDIS_ADDR"] != "redis://localhost:6379" || c.Ports[0].Name != "metrics" || c.Ports[0].ContainerPort != 9121 {
			t.Errorf("%s: %+v", key, c)
		}
	}
	service := typed[corev1.Service](t, "Service/r-redis-metrics", exporting())
	if p := service.Spec.Ports[0]; p.Name != "http-metrics" || p.TargetPort.String() != "metrics" || service.Spec.Selector["app.kubernetes.io/component"] != "" {
		t.Errorf("the Service is %+v", service.Spec)
	}
}

func TestAnExporterComesWithPasswordAndCertificate(t *testing.T) {
	secret := func(c corev1.Container) string {
		for _, e := range c.Env {
			if e.Name == "REDIS_PASSWORD" {
				return e.ValueFrom.SecretKeyRef.Name + "/" + e.ValueFrom.SecretKeyRef.Key
			}
		}
		return ""
	}
	exporter := func(values ...Values) corev1.Container {
		all := typed[appsv1.StatefulSet](t, "StatefulSet/r-redis-master", exporting(values...)).Spec.Template.Spec.Containers
		return all[len(all)-1]
	}
	if got := secret(exporter()); got != "r-redis/redis-password" {
		t.Errorf("its password is in %s", got)
	}
	if got := secret(exporter(Values{"auth": map[string]any{"enabled": false}})); got != "" {
		t.Errorf("without a password it reads %s", got)
	}
	c := exporter(Values{"tls": map[string]any{"enabled": true, "existingSecret": "s", "certFilename": "c", "certKeyFilename": "k", "certCAFilename": "a"}})
	for name, want := range map[string]string{
		"REDIS_ADDR": "rediss://localhost:6379", "REDIS_EXPORTER_TLS_CLIENT_CERT_FILE": "/opt/redis/certs/c",
		"REDIS_EXPORTER_TLS_CLIENT_KEY_FILE": "/opt/redis/certs/k", "REDIS_EXPORTER_TLS_CA_CERT_FILE": "/opt/redis/certs/a",
	} {
		if env(c)[name] != want {
			t.Errorf("%s is %q, want %q", name, env(c)[name], want)
		}
	}
	if !slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == "redis-certs" && m.ReadOnly }) {
		t.Error("it does not see the certificate")
	}
}

func TestTheOperatorsObjectsNeedItsKinds(t *testing.T) {
	monitor := exporting(Values{"metrics": map[string]any{"serviceMonitor": map[string]any{"enabled": true}}})
	says(t, rejection(t, monitor), "metrics.serviceMonitor.enabled needs the kind ServiceMonitor", "install the CRDs of the Prometheus operator")
	rules := exporting(Values{"metrics": map[string]any{"prometheusRule": map[string]any{"enabled": true}}})
	says(t, rejection(t, rules), "metrics.prometheusRule.enabled needs the kind PrometheusRule")
	says(t, rejection(t, Values{"metrics": map[string]any{"serviceMonitor": map[string]any{"enabled": true}}}), "needs metrics.enabled")
}
