// Package chart answers: what chart was deployed, with which values, and what did Helm say?
//
// It must not import redisx, topology, fault, workload, harness, ginkgo or gomega.
package chart
