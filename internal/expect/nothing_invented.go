package expect

import (
	"github.com/onsi/gomega/types"

	"redis-e2e/internal/workload"
)

// NothingInvented holds when the server holds no value that was refused or never written, none twice, and none out of order.
func NothingInvented() types.GomegaMatcher {
	return onVerdict{
		must:  "hold only what was written, once and in order",
		holds: func(v workload.Verdict) bool { return v.Phantom+v.Duplicates+v.Reordered == 0 },
	}
}
