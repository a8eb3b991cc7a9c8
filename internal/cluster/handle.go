package cluster

import (
	"fmt"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Handle is all that crosses process boundaries about a cluster.
type Handle struct {
	Name       string `json:"name"`
	Provider   string `json:"provider"`
	Kubeconfig []byte `json:"kubeconfig"`
	Owned      bool   `json:"owned"`      // this run created it, so this run deletes it
	Kubernetes string `json:"kubernetes"` // version its nodes say they run, without the v
	Nodes      int    `json:"nodes"`
}

// Cluster is a connected Kubernetes cluster.
type Cluster struct {
	Handle
	REST   *rest.Config
	Client kubernetes.Interface
}

// Connect builds clients from a handle; it does not talk to the API server yet.
func Connect(h Handle) (*Cluster, error) {
	cfg, err := clientcmd.RESTConfigFromKubeConfig(h.Kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("cluster %s: its kubeconfig cannot be read: %w", h.Name, err)
	}
	cfg.QPS, cfg.Burst = 100, 200 // the default of 5 a second throttles parallel specs
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", h.Name, err)
	}
	return &Cluster{Handle: h, REST: cfg, Client: client}, nil
}
