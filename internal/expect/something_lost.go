package expect

import (
	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// SomethingLost holds when acknowledged writes are gone: for controls, in which a check that sees no loss is broken.
func SomethingLost() types.GomegaMatcher {
	return onVerdict{
		must:  "lose acknowledged writes, as this control was set up to do",
		holds: func(v workload.Verdict) bool { return v.Lost > 0 },
	}
}
