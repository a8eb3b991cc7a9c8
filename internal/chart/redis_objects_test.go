package chart

import (
	"reflect"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// Strict decoding finds what the API server would drop or refuse: a misspelled or misplaced field.
func TestEveryObjectIsWhatKubernetesKnows(t *testing.T) {
	full := Values{
		"commonLabels": Values{"team": "a", "app.kubernetes.io/component": "hijacked"},
		"image":        Values{"pullSecrets": []string{"regcred"}},
		"master": Values{
			"args": []string{"--hz", "20"}, "extraEnvVars": []any{Values{"name": "TZ", "value": "UTC"}},
			"resources": Values{"limits": Values{"memory": "64Mi"}}, "podAnnotations": Values{"a": "b"}, "podLabels": Values{"c": "d"},
			"startupProbe": Values{"enabled": true}, "customReadinessProbe": Values{"tcpSocket": Values{"port": "redis"}},
			"nodeSelector": Values{"disk": "ssd"}, "tolerations": []any{Values{"operator": "Exists"}}, "affinity": Values{"nodeAffinity": Values{}},
			"persistence": Values{"storageClass": "fast", "annotations": Values{"e": "f"}},
		},
	}
	for _, layer := range []Values{nil, full, nested("master.persistence.enabled", false), nested("auth.enabled", false)} {
		for key, object := range renderRedis(t, layer) {
			into := map[string]any{
				"StatefulSet": &appsv1.StatefulSet{}, "Service": &corev1.Service{}, "Secret": &corev1.Secret{},
				"ConfigMap": &corev1.ConfigMap{}, "ServiceAccount": &corev1.ServiceAccount{}, "Pod": &corev1.Pod{},
			}[object["kind"].(string)]
			text, err := yaml.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			if into == nil {
				t.Errorf("%s: a kind this test does not know", key)
			} else if err := yaml.UnmarshalStrict(text, into); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		}
	}
}

// statefulSet renders the primary's StatefulSet into its type.
func statefulSet(t *testing.T, layers ...Values) appsv1.StatefulSet {
	t.Helper()
	text, err := yaml.Marshal(renderRedis(t, layers...).the(t, "StatefulSet/r-redis-master"))
	if err != nil {
		t.Fatal(err)
	}
	var set appsv1.StatefulSet
	if err := yaml.UnmarshalStrict(text, &set); err != nil {
		t.Fatal(err)
	}
	return set
}

func TestThePodIsRestricted(t *testing.T) {
	pod := statefulSet(t).Spec.Template.Spec
	c := pod.Containers[0].SecurityContext
	if !*c.RunAsNonRoot || *c.RunAsUser != 1001 || !*c.ReadOnlyRootFilesystem || *c.AllowPrivilegeEscalation ||
		c.Capabilities.Drop[0] != "ALL" || c.SeccompProfile.Type != "RuntimeDefault" {
		t.Errorf("the container's securityContext is %+v", c)
	}
	if *pod.SecurityContext.FSGroup != 1001 || *pod.EnableServiceLinks || *pod.AutomountServiceAccountToken {
		t.Errorf("the pod's is %+v, links %v, token %v", pod.SecurityContext, *pod.EnableServiceLinks, *pod.AutomountServiceAccountToken)
	}
	off := statefulSet(t, nested("master.podSecurityContext.enabled", false), nested("master.containerSecurityContext.enabled", false))
	if off.Spec.Template.Spec.SecurityContext != nil || off.Spec.Template.Spec.Containers[0].SecurityContext != nil {
		t.Error("enabled: false keeps a securityContext")
	}
}

func TestPersistenceDecidesWhereDataIs(t *testing.T) {
	set := statefulSet(t, nested("master.persistence.storageClass", "-"))
	claim := set.Spec.VolumeClaimTemplates[0]
	if claim.Name != "redis-data" || claim.Spec.StorageClassName == nil || *claim.Spec.StorageClassName != "" {
		t.Errorf("the claim is %+v", claim)
	}
	if class := statefulSet(t).Spec.VolumeClaimTemplates[0].Spec.StorageClassName; class != nil {
		t.Errorf("by default the cluster chooses the class, not %q", *class)
	}
	set = statefulSet(t, nested("master.persistence.enabled", false))
	if len(set.Spec.VolumeClaimTemplates) != 0 {
		t.Error("without persistence there is still a claim")
	}
	for _, volume := range set.Spec.Template.Spec.Volumes {
		if volume.Name == "redis-data" && volume.EmptyDir != nil {
			return
		}
	}
	t.Error("without persistence /data is no emptyDir")
}

func TestProbesGiveTheirScriptTimeToSpeak(t *testing.T) {
	c := statefulSet(t).Spec.Template.Spec.Containers[0]
	if c.StartupProbe != nil || c.LivenessProbe.TimeoutSeconds != 6 || c.ReadinessProbe.TimeoutSeconds != 2 {
		t.Errorf("probes: %+v, %+v, %+v", c.StartupProbe, c.LivenessProbe, c.ReadinessProbe)
	}
	if got := c.ReadinessProbe.Exec.Command; !reflect.DeepEqual(got, []string{"sh", "/opt/redis/health/ping.sh", "1"}) {
		t.Errorf("readiness accepts more than PONG: %q", got)
	}
	custom := statefulSet(t, nested("master.customLivenessProbe", Values{"tcpSocket": Values{"port": "redis"}}), nested("master.readinessProbe.enabled", false))
	c = custom.Spec.Template.Spec.Containers[0]
	if c.LivenessProbe.TCPSocket == nil || c.LivenessProbe.Exec != nil || c.ReadinessProbe != nil {
		t.Errorf("custom and disabled probes: %+v, %+v", c.LivenessProbe, c.ReadinessProbe)
	}
}
