package chart

import (
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
)

func watched(layers ...Values) Values {
	return Merge(append([]Values{replication(), nested("sentinel.enabled", true)}, layers...)...)
}

func node(t *testing.T, layers ...Values) appsv1.StatefulSet {
	t.Helper()
	return typed[appsv1.StatefulSet](t, "StatefulSet/r-redis-node", watched(layers...))
}

func TestSentinelRendersNodes(t *testing.T) {
	rendered := renderRedis(t, watched())
	for _, key := range []string{"StatefulSet/r-redis-node", "Service/r-redis", "Service/r-redis-headless", "ConfigMap/r-redis-members", "PodDisruptionBudget/r-redis-node"} {
		rendered.the(t, key)
	}
	for key := range rendered {
		if strings.HasSuffix(key, "-master") || strings.HasSuffix(key, "-replicas") {
			t.Errorf("%s is of another architecture", key)
		}
	}
	set := node(t)
	pod := set.Spec.Template.Spec
	if *set.Spec.Replicas != 3 || set.Spec.PodManagementPolicy != "Parallel" || len(pod.Containers) != 2 ||
		pod.Containers[0].Name != "redis" || pod.Containers[1].Name != "sentinel" {
		t.Errorf("%d nodes, %s, %+v", *set.Spec.Replicas, set.Spec.PodManagementPolicy, pod.Containers)
	}
	for _, c := range pod.Containers {
		if c.Image != "docker.io/library/redis:8.0" || !*c.SecurityContext.ReadOnlyRootFilesystem || c.Lifecycle == nil || env(c)["MASTER_SET"] != "mymaster" {
			t.Errorf("%s: %+v", c.Name, c)
		}
	}
	for name, want := range map[string]int{"r-redis": 2, "r-redis-headless": 2} {
		service := typed[corev1.Service](t, "Service/"+name, watched())
		if len(service.Spec.Ports) != want || service.Spec.Ports[1].Port != 26379 {
			t.Errorf("%s has the ports %+v", name, service.Spec.Ports)
		}
	}
	if got := typed[policyv1.PodDisruptionBudget](t, "PodDisruptionBudget/r-redis-node", watched()).Spec.Selector.MatchLabels; got["app.kubernetes.io/component"] != "node" {
		t.Errorf("the budget selects %v", got)
	}
	test := container(t, rendered.the(t, "Pod/r-redis-test-ping"))["command"].([]any)
	if test[1] != "/opt/redis/health/roundtrip-sentinel.sh" || test[2] != "r-redis" {
		t.Errorf("helm test runs %v", test)
	}
}

func TestSentinelValuesReachTheNodes(t *testing.T) {
	set := node(t, nested("sentinel.image", Values{"registry": "q.io", "repository": "s", "tag": "9"}), nested("sentinel.terminationGracePeriodSeconds", 12),
		nested("sentinel.redisShutdownWaitFailover", false), nested("auth.sentinel", false), nested("sentinel.persistence.enabled", true))
	pod := set.Spec.Template.Spec
	sentinel := pod.Containers[1]
	if sentinel.Image != "q.io/s:9" || pod.Containers[0].Image != "docker.io/library/redis:8.0" {
		t.Errorf("images %s and %s", sentinel.Image, pod.Containers[0].Image)
	}
	if *pod.TerminationGracePeriodSeconds != 12 || sentinel.Lifecycle != nil || pod.Containers[0].Lifecycle != nil || env(sentinel)["SENTINEL_AUTH"] != "no" {
		t.Errorf("%+v", pod)
	}
	var claims []string
	for _, claim := range set.Spec.VolumeClaimTemplates {
		claims = append(claims, claim.Name)
	}
	if !slices.Equal(claims, []string{"redis-data", "sentinel-data"}) {
		t.Errorf("claims %v", claims)
	}
	conf := dig(renderRedis(t, watched(nested("sentinel.masterSet", "m"), nested("sentinel.downAfterMilliseconds", 3000), nested("sentinel.configuration", "loglevel debug"))).
		the(t, "ConfigMap/r-redis-configuration"), "data").(map[string]any)["sentinel.conf"].(string)
	for _, line := range []string{"sentinel down-after-milliseconds m 3000", "sentinel failover-timeout m 180000", "loglevel debug"} {
		if !strings.Contains(conf, line) {
			t.Errorf("sentinel.conf lacks %q:\n%s", line, conf)
		}
	}
}

// Scaling must restart no pod: the running ones learn of it from a mounted file.
func TestTheNumberOfNodesIsInNoPodTemplate(t *testing.T) {
	three, five := node(t, password("x")), node(t, password("x"), nested("replica.replicaCount", 5))
	if *five.Spec.Replicas != 5 || !slices.Equal(flatten(three), flatten(five)) {
		t.Error("another number of nodes changes the pod template")
	}
}

func flatten(set appsv1.StatefulSet) []string {
	text := []string{set.Spec.Template.String()}
	for key, value := range set.Spec.Template.Annotations {
		text = append(text, key+"="+value)
	}
	slices.Sort(text)
	return text
}

func TestWhatSentinelCannotDoIsRefused(t *testing.T) {
	says(t, rejection(t, nested("sentinel.enabled", true)), "needs architecture: replication")
	for want, layer := range map[string]Values{
		"needs replica.podManagementPolicy: Parallel": nested("replica.podManagementPolicy", "OrderedReady"),
		"sentinel.quorum is more than":                nested("replica.replicaCount", 1),
		"Sentinel needs config":                       nested("replica.disableCommands", []string{"config"}),
		"sentinel.image":                              nested("sentinel.image.repository", "x"), // without a tag
		"useHostnames":                                nested("useHostnames", false),
	} {
		says(t, rejection(t, watched(layer)), want)
	}
}
