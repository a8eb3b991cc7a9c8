// Package workload answers: what was promised to the clients, and what was kept?
//
// A Writer makes promises and keeps a History of them, Readback sees what is left, Check compares the two. It knows Redis, not
// where it runs: it must not import k8s.io, helm.sh, ginkgo or gomega.
package workload
