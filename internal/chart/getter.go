package chart

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"

	"redis-e2e/internal/cluster"
)

// getter gives Helm its Kubernetes clients from a kubeconfig in memory; their requests end when ctx does.
type getter struct {
	config    clientcmd.ClientConfig
	rest      *rest.Config
	discovery discovery.CachedDiscoveryInterface
}

// access is a namespace of a cluster, and where Helm's remarks go.
type access struct {
	kubeconfig []byte
	namespace  cluster.Namespace
	log        func(string)
}

func newGetter(ctx context.Context, a access) (*getter, error) {
	raw, err := clientcmd.Load(a.kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	overrides := &clientcmd.ConfigOverrides{}
	overrides.Context.Namespace = string(a.namespace)
	g := &getter{config: clientcmd.NewDefaultClientConfig(*raw, overrides)}
	if g.rest, err = g.config.ClientConfig(); err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	g.rest.QPS, g.rest.Burst = 100, 200 // the default of 5 a second throttles parallel specs
	g.rest.WarningHandler = warnings(a.log)
	g.rest.Wrap(boundTo(ctx))
	client, err := discovery.NewDiscoveryClientForConfig(g.rest)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	g.discovery = memory.NewMemCacheClient(client)
	return g, nil
}

// ToRESTConfig gives a copy, which Helm may change.
func (g *getter) ToRESTConfig() (*rest.Config, error) { return rest.CopyConfig(g.rest), nil }

// ToDiscoveryClient gives what the API server offers, asked once.
func (g *getter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	return g.discovery, nil
}

// ToRESTMapper maps kinds to resources.
func (g *getter) ToRESTMapper() (meta.RESTMapper, error) {
	return restmapper.NewDeferredDiscoveryRESTMapper(g.discovery), nil
}

// ToRawKubeConfigLoader tells Helm the default namespace.
func (g *getter) ToRawKubeConfigLoader() clientcmd.ClientConfig { return g.config }

// warnings passes on what the API server remarks, for example about a deprecated API.
type warnings func(string)

// HandleWarningHeader logs one remark.
func (w warnings) HandleWarningHeader(_ int, _, text string) { w("warning: " + text) }
