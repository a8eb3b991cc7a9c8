package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/tools/clientcmd/api/latest"
)

// Existing is somebody else's cluster: it is never created, deleted, or restarted.
type Existing struct {
	Kubeconfig string // file; empty means the usual places
	Context    string // empty means the current one
}

// Acquire connects and checks that every node is Ready.
func (e *Existing) Acquire(ctx context.Context) (*Cluster, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = e.Kubeconfig
	raw, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: e.Context}).RawConfig()
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	if e.Context != "" {
		raw.CurrentContext = e.Context
	}
	if raw.Contexts[raw.CurrentContext] == nil {
		return nil, fmt.Errorf("kubeconfig has no context %q: choose one with CONTEXT=, or a file with KUBECONFIG_FILE=", raw.CurrentContext)
	}
	text, err := flatten(raw)
	if err != nil {
		return nil, err
	}
	c, err := Connect(Handle{Name: raw.CurrentContext, Provider: "existing", Kubeconfig: text})
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, 30*time.Second, errors.New("not ready within 30s"))
	defer cancel()
	return c, c.awaitUsable(limited, 1)
}

// flatten embeds certificates, so that the handle works in another process and folder.
func flatten(raw clientcmdapi.Config) ([]byte, error) {
	if err := clientcmdapi.MinifyConfig(&raw); err != nil {
		return nil, err
	}
	if err := clientcmdapi.FlattenConfig(&raw); err != nil {
		return nil, err
	}
	return runtime.Encode(latest.Codec, &raw)
}

// Release does nothing: the cluster is not ours.
func (*Existing) Release(context.Context, *Cluster) error { return nil }

// ExportLogs says that the nodes' own logs cannot be had.
func (*Existing) ExportLogs(_ context.Context, c *Cluster, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	text := "nodes of cluster " + c.Name + " are not ours: their logs are with whoever runs them\n"
	return os.WriteFile(filepath.Join(dir, "nodes.txt"), []byte(text), 0o644)
}
