package chart

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

func replication() Values { return Values{"architecture": "replication"} }

// typed renders one object of the chart into its Kubernetes type; a field Kubernetes does not know fails.
func typed[T any](t *testing.T, key string, layers ...Values) T {
	t.Helper()
	var into T
	text, err := yaml.Marshal(renderRedis(t, layers...).the(t, key))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, &into); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return into
}

func env(c corev1.Container) map[string]string {
	found := map[string]string{}
	for _, e := range c.Env {
		found[e.Name] = e.Value
	}
	return found
}

func TestReplicationRendersAMasterAndItsReplicas(t *testing.T) {
	rendered := renderRedis(t, replication())
	for _, key := range []string{"StatefulSet/r-redis-master", "StatefulSet/r-redis-replicas", "Service/r-redis-master", "Service/r-redis-replicas",
		"Service/r-redis-headless", "ServiceAccount/r-redis-replica", "PodDisruptionBudget/r-redis-master", "PodDisruptionBudget/r-redis-replicas"} {
		rendered.the(t, key)
	}
	for key := range rendered {
		if strings.Contains(key, "-node") || strings.Contains(key, "-members") {
			t.Errorf("%s is Sentinel's", key)
		}
	}
	set := typed[appsv1.StatefulSet](t, "StatefulSet/r-redis-replicas", replication())
	server := set.Spec.Template.Spec.Containers[0]
	if *set.Spec.Replicas != 3 || server.Name != "redis" || set.Spec.ServiceName != "r-redis-headless" {
		t.Errorf("%d replicas of %s behind %s", *set.Spec.Replicas, server.Name, set.Spec.ServiceName)
	}
	if got := env(server)["REDIS_MASTER_HOST"]; got != "r-redis-master-0.r-redis-headless.ns.svc.cluster.local" {
		t.Errorf("the replicas follow %s", got)
	}
	for _, role := range []string{"master", "replica"} {
		service := map[string]string{"master": "r-redis-master", "replica": "r-redis-replicas"}[role]
		if got := typed[corev1.Service](t, "Service/"+service, replication()).Spec.Selector["app.kubernetes.io/component"]; got != role {
			t.Errorf("%s selects %s", service, got)
		}
	}
}

// A value of replica.* must reach the replicas' StatefulSet, and only that.
func TestReplicaValuesAreMasterValues(t *testing.T) {
	both := func(layers ...Values) (master, replicas string) {
		t.Helper()
		rendered := renderRedis(t, append(layers, replication(), password("x"))...)
		for name, into := range map[string]*string{"master": &master, "replicas": &replicas} {
			data, err := json.Marshal(rendered.the(t, "StatefulSet/r-redis-"+name))
			if err != nil {
				t.Fatal(err)
			}
			*into = string(data)
		}
		return master, replicas
	}
	masterBefore, replicasBefore := both()
	for path, value := range map[string]any{
		"args": []string{"--hz", "20"}, "extraEnvVars": []any{Values{"name": "TZ", "value": "UTC"}}, "containerPorts.redis": 7000,
		"resources": Values{"limits": Values{"memory": "64Mi"}}, "podAnnotations": Values{"a": "b"}, "podLabels": Values{"c": "d"},
		"startupProbe.periodSeconds": 9, "readinessProbe.enabled": false, "customLivenessProbe": Values{"tcpSocket": Values{"port": "redis"}},
		"nodeSelector": Values{"disk": "ssd"}, "tolerations": []any{Values{"operator": "Exists"}}, "affinity": Values{"nodeAffinity": Values{}},
		"podAntiAffinityPreset": "hard", "podAffinityPreset": "soft", "terminationGracePeriodSeconds": 7, "persistence.size": "3Gi",
		"persistence.enabled": false, "containerSecurityContext.runAsUser": 1002, "podSecurityContext.fsGroup": 1002, "serviceAccount.name": "sa",
	} {
		master, replicas := both(nested("replica."+path, value))
		if replicas == replicasBefore {
			t.Errorf("replica.%s changes nothing", path)
		}
		if master != masterBefore {
			t.Errorf("replica.%s reaches the master", path)
		}
	}
}

func TestAffinityPresets(t *testing.T) {
	affinity := func(layers ...Values) *corev1.Affinity {
		return typed[appsv1.StatefulSet](t, "StatefulSet/r-redis-replicas", append(layers, replication())...).Spec.Template.Spec.Affinity
	}
	soft := affinity().PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution
	if len(soft) != 1 || soft[0].PodAffinityTerm.LabelSelector.MatchLabels["app.kubernetes.io/component"] != "replica" {
		t.Errorf("by default replicas avoid each other softly, but %+v", soft)
	}
	if hard := affinity(nested("replica.podAntiAffinityPreset", "hard")).PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution; len(hard) != 1 {
		t.Errorf("hard gives %+v", hard)
	}
	if none := affinity(nested("replica.podAntiAffinityPreset", "")); none != nil {
		t.Errorf("an empty preset gives %+v", none)
	}
	own := Values{"nodeAffinity": Values{}}
	if got := affinity(nested("replica.affinity", own)); got.NodeAffinity == nil || got.PodAntiAffinity != nil {
		t.Errorf("affinity must replace the presets: %+v", got)
	}
	if alone := statefulSet(t).Spec.Template.Spec.Affinity; alone != nil {
		t.Errorf("a standalone server has nobody to avoid: %+v", alone)
	}
}

func TestDisruptionBudgets(t *testing.T) {
	spec := func(layers ...Values) policyv1.PodDisruptionBudgetSpec {
		return typed[policyv1.PodDisruptionBudget](t, "PodDisruptionBudget/r-redis-replicas", append(layers, replication())...).Spec
	}
	if got := spec(); got.MaxUnavailable.IntValue() != 1 || got.MinAvailable != nil || got.Selector.MatchLabels["app.kubernetes.io/component"] != "replica" {
		t.Errorf("default: %+v", got)
	}
	if got := spec(nested("replica.pdb.minAvailable", 2)); got.MinAvailable.IntValue() != 2 || got.MaxUnavailable != nil {
		t.Errorf("minAvailable: %+v", got)
	}
	if got := spec(nested("replica.pdb.maxUnavailable", "50%")); got.MaxUnavailable.String() != "50%" {
		t.Errorf("maxUnavailable: %+v", got)
	}
	off := renderRedis(t, replication(), nested("replica.pdb.create", false), nested("master.pdb.create", false))
	for _, layer := range []objects{off, renderRedis(t)} {
		if slices.ContainsFunc(layer.keys(), func(key string) bool { return strings.HasPrefix(key, "PodDisruptionBudget/") }) {
			t.Errorf("there is a budget among %v", layer.keys())
		}
	}
}

func TestTheReplicasStartScriptFollowsTheMaster(t *testing.T) {
	for name, shell := range shells(t) {
		s := newSandbox(t, shell)
		s.fake(t, "redis-server", fakeServer)
		s.password(t, `a"b\c`)
		s.env = append(s.env, "REDIS_MASTER_HOST=m-0.h", "REDIS_MASTER_PORT=6380", "POD_NAME=r-1", "POD_DOMAIN=h")
		if output, ok := s.run(t, file("files/scripts/start-replica.sh"), "--hz", "20"); !ok || output != "" {
			t.Fatalf("%s: %s", name, output)
		}
		want := "include " + s.path("etc") + "/redis.conf\ninclude " + s.path("etc") + "/replica.conf\ndir /data\nport 6379\n" +
			"replicaof m-0.h 6380\nreplica-announce-ip r-1.h\nrequirepass \"a\\\"b\\\\c\"\nmasterauth \"a\\\"b\\\\c\""
		if got := s.recorded(t, "run/redis.conf"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}
