// Package monitor answers: who was master, at every moment of a spec, and how did that change?
//
// It asks each server and each Sentinel many times a second, listens to what the Sentinels announce, and keeps a Record; what is
// said about a Record is computed by pure functions. It knows Redis, not where it runs: it must not import k8s.io, helm.sh,
// ginkgo or gomega.
package monitor
