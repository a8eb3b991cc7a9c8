package expect

import (
	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// NothingLost holds when every acknowledged write was read back.
func NothingLost() types.GomegaMatcher {
	return onVerdict{
		must:  "keep every acknowledged write",
		holds: func(v workload.Verdict) bool { return v.Lost == 0 },
	}
}
