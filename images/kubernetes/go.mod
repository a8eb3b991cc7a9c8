// What is built for one Kubernetes release. The versions below stand for the newest one offered; for another one the
// harness puts in its k8s.io/kubernetes, the staging modules of that release, and the etcd that its own client wants.
module redis-e2e/images/kubernetes

go 1.26.0

tool (
	go.etcd.io/etcd/server/v3
	k8s.io/kubernetes/cmd/kube-apiserver
	k8s.io/kubernetes/cmd/kube-controller-manager
	k8s.io/kubernetes/cmd/kube-proxy
	k8s.io/kubernetes/cmd/kube-scheduler
	k8s.io/kubernetes/cmd/kubeadm
	k8s.io/kubernetes/cmd/kubectl
	k8s.io/kubernetes/cmd/kubelet
)

require k8s.io/kubernetes v1.37.2
