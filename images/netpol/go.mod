// Upstream's NetworkPolicy suite, the image its pods run, and the ginkgo command of the same version. As in images/kubernetes, the
// version stands for the newest one offered.
module redis-e2e/images/netpol

go 1.26.0

tool (
	github.com/onsi/ginkgo/v2/ginkgo
	k8s.io/kubernetes/test/images/agnhost
)

require k8s.io/kubernetes v1.37.2
