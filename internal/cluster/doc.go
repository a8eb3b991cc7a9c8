// Package cluster answers: which Kubernetes cluster does this run use, and how is it reached?
//
// It must not import chart, topology, fault, harness, ginkgo or gomega.
package cluster
