// The cluster's DNS server. kubeadm names the version it expects in its image list; the image gets that name.
module redis-e2e/images/coredns

go 1.26.0

tool github.com/coredns/coredns

require github.com/coredns/coredns v1.14.6
