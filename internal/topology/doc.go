// Package topology answers: who is who in a deployed release, and how is each of them reached?
//
// It must not import fault, workload, expect, harness, ginkgo or gomega.
package topology
