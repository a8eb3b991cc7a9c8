package expect

import "github.com/onsi/gomega"

// Value is what a question answered; an error fails the spec, so that it cannot count as an answer.
func Value[T any](v T, err error) T {
	gomega.ExpectWithOffset(1, err).NotTo(gomega.HaveOccurred())
	return v
}
