package chart

import "testing"

func TestTheServicesSelectTheServerAndNotTheTest(t *testing.T) {
	rendered := renderRedis(t, nested("master.service.ports.redis", 7000), nested("master.containerPorts.redis", 7001))
	test := dig(rendered.the(t, "Pod/r-redis-test-ping"), "metadata.labels").(map[string]any)
	server := dig(rendered.the(t, "StatefulSet/r-redis-master"), "spec.template.metadata.labels").(map[string]any)
	for _, name := range []string{"r-redis-master", "r-redis-headless"} {
		selector := dig(rendered.the(t, "Service/"+name), "spec.selector").(map[string]any)
		if !selects(selector, server) || selects(selector, test) {
			t.Errorf("%s selects %v: the server %v, the test %v", name, selector, selects(selector, server), selects(selector, test))
		}
	}
	if dig(rendered["Service/r-redis-headless"], "spec.publishNotReadyAddresses") != true {
		t.Error("the headless Service hides pods that are not ready")
	}
	env := container(t, rendered["StatefulSet/r-redis-master"])["env"].([]any)
	if dig(env[0], "name") != "REDIS_PORT" || dig(env[0], "value") != "7001" {
		t.Errorf("the server is told %v", env[0])
	}
	env = container(t, rendered["Pod/r-redis-test-ping"])["env"].([]any)
	if dig(env[0], "name") != "REDIS_PORT" || dig(env[0], "value") != "7000" {
		t.Errorf("the test is told %v", env[0])
	}
}

func selects(selector, labels map[string]any) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}
