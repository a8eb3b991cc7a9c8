package proc

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"
)

// enough looks at a process show that it belongs elsewhere; a pid is not used again within a watch.
const enough = 100

// Watch collects every distinct command line seen in the matching processes until ctx ends, so that also a probe
// which lives for a few milliseconds is caught. It looks every interval.
func Watch(ctx context.Context, root, match string, interval time.Duration) ([]string, error) {
	seen := map[string]bool{}
	strangers := map[string]int{} // looks at a process that did not match
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		dirs, err := pids(root, match)
		if err != nil {
			return nil, err
		}
		for _, dir := range dirs {
			if strangers[dir] > enough {
				continue // the runtime moves a process into its cgroup right after it made it, never later
			}
			if !inCgroup(dir, match) {
				strangers[dir]++
				continue
			}
			if raw, err := os.ReadFile(filepath.Join(dir, "cmdline")); err == nil && len(raw) > 0 {
				seen[strings.TrimRight(strings.ReplaceAll(string(raw), "\x00", " "), " ")] = true
			}
		}
		select {
		case <-ctx.Done():
			lines := make([]string, 0, len(seen))
			for l := range seen {
				lines = append(lines, l)
			}
			sort.Strings(lines)
			return slices.Compact(lines), nil
		case <-tick.C:
		}
	}
}
