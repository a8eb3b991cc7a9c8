package harness

import "testing"

func TestOnlyTheClustersFullNamesAreRooted(t *testing.T) {
	for target, want := range map[string]string{
		"redis-master.ns.svc.cluster.local:6379": "redis-master.ns.svc.cluster.local.:6379",
		"redis-master:6379":                      "redis-master:6379", // found by the namespace's own search domains
		"10.244.1.2:6379":                        "10.244.1.2:6379",
		"no port":                                "no port",
	} {
		if got := rooted(target); got != want {
			t.Errorf("%s becomes %s, want %s", target, got, want)
		}
	}
}
