// Package redisx answers: what does this Redis server say about itself, and how is it dialled?
//
// It knows Redis and Valkey, not where they run: it must not import k8s.io, helm.sh, ginkgo or gomega.
package redisx
