package harness

import (
	"encoding/json"
	"time"

	"github.com/onsi/ginkgo/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"redis-e2e/internal/topology"
)

// Rollout restarts every pod of the release one after the other, as `kubectl rollout restart` does, and returns when all of them
// are Ready again and, beyond standalone, the release has formed.
func (e *Env) Rollout(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	defer e.wait("ready", "rollout of "+string(d.Namespace))()
	template := map[string]any{"metadata": map[string]any{"annotations": map[string]string{"kubectl.kubernetes.io/restartedAt": time.Now().Format(time.RFC3339Nano)}}}
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"template": template}})
	must(err, "rollout")
	sets := e.Cluster.Client.AppsV1().StatefulSets(string(d.Namespace))
	all, err := sets.List(ctx, metav1.ListOptions{})
	must(err, "rollout")
	for _, set := range all.Items {
		_, err := sets.Patch(ctx, set.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		must(err, "rollout of "+set.Name)
	}
	limited, cancel := within(ctx, e.Timeouts.PodsReady, "pods Ready")
	defer cancel()
	must(d.AwaitReady(limited), "rollout")
	if len(d.Dialect.Servers()) > 1 {
		e.Formed(ctx, d)
	}
}
