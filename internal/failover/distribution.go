package failover

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"redis-e2e/internal/report"
)

// Spread is how one figure is distributed.
type Spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	P95    float64 `json:"p95"` // by nearest rank: of fewer than 20 it is the maximum
	Max    float64 `json:"max"`
}

// Distribution is what one kind of fault costs.
type Distribution struct {
	Fault    string `json:"fault"`
	N        int    `json:"n"`
	Gap      Spread `json:"gapSeconds"`
	Overhead Spread `json:"overheadSeconds"`
	Window   Spread `json:"lossWindowSeconds"`
	Lost     int    `json:"lost"`  // of all runs together
	Worst    int    `json:"worst"` // lost in one run
	Acked    int    `json:"acked"`
}

// Distributions groups samples by fault, in the order of first appearance.
func Distributions(all []report.Failover) []Distribution {
	var order []string
	groups := map[string][]report.Failover{}
	for _, s := range all {
		if groups[s.Fault] == nil {
			order = append(order, s.Fault)
		}
		groups[s.Fault] = append(groups[s.Fault], s)
	}
	var out []Distribution
	for _, name := range order {
		g := groups[name]
		d := Distribution{Fault: name, N: len(g)}
		d.Gap = spread(g, func(f report.Failover) report.Seconds { return f.Gap })
		d.Overhead = spread(g, func(f report.Failover) report.Seconds { return f.Overhead })
		d.Window = spread(g, func(f report.Failover) report.Seconds { return f.Window })
		for _, s := range g {
			d.Lost, d.Acked, d.Worst = d.Lost+s.Lost, d.Acked+s.Acked, max(d.Worst, s.Lost)
		}
		out = append(out, d)
	}
	return out
}

func spread(all []report.Failover, of func(report.Failover) report.Seconds) Spread {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = time.Duration(of(s)).Seconds()
	}
	slices.SortFunc(values, cmp.Compare[float64])
	n := len(values)
	median := values[n/2]
	if n%2 == 0 {
		median = (values[n/2-1] + values[n/2]) / 2
	}
	return Spread{Min: values[0], Median: median, P95: values[(n*95+99)/100-1], Max: values[n-1]}
}

// Table is the distributions in Markdown.
func Table(all []Distribution) string {
	rows := []string{
		"| fault | n | gap, s: min / median / p95 / max | over down-after, s | lost of acknowledged | worst loss, s |",
		"|---|---|---|---|---|---|",
	}
	for _, d := range all {
		rows = append(rows, fmt.Sprintf("| %s | %d | %s | %s | %d of %d, at most %d at once | %.2f |",
			d.Fault, d.N, d.Gap, d.Overhead, d.Lost, d.Acked, d.Worst, d.Window.Max))
	}
	return strings.Join(rows, "\n")
}

// String is min / median / p95 / max.
func (s Spread) String() string {
	return fmt.Sprintf("%.2f / %.2f / %.2f / %.2f", s.Min, s.Median, s.P95, s.Max)
}
