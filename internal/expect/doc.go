// Package expect answers: how does a spec say what must hold, and what is said when it does not?
//
// One matcher, one file. A matcher errs, both ways, on a verdict whose assumptions do not hold: an invalid run must pass neither
// as "nothing lost" nor as "something lost". It must not import ginkgo or harness.
package expect
