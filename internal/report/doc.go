// Package report answers: what did this run find, and how does a person, a CI server or another program read it?
//
// One model, three writings: report.json, junit.xml, the terminal. docs/reading-a-report.md describes them. It must not import
// k8s.io, helm.sh, ginkgo or gomega.
package report
