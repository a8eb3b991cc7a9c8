package expect

import (
	"time"

	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// OutageBelow holds when writes were acknowledged again in less than limit.
func OutageBelow(limit time.Duration) types.GomegaMatcher {
	return onVerdict{
		must:  "acknowledge writes again in less than " + workload.Human(limit),
		holds: func(v workload.Verdict) bool { return v.Outage < limit },
		why:   func(v workload.Verdict) string { return "it took " + workload.Human(v.Outage) },
	}
}
