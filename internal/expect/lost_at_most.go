package expect

import (
	"time"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// LostAtMost holds when no write that was acknowledged longer than window before the fault is gone, and when writes lost after
// the fault's begin reach no further than window from the first loss to the last; see Verdict.Exposure.
func LostAtMost(window time.Duration) types.GomegaMatcher {
	return onVerdict{
		must:  "lose acknowledged writes of at most " + workload.Human(window),
		holds: func(v workload.Verdict) bool { return v.Exposure() <= window },
		why:   func(v workload.Verdict) string { return "its loss reaches over " + workload.Human(v.Exposure()) },
	}
}
