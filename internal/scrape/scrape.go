// Package scrape answers: what does a Prometheus exporter say at this moment?
//
// It must not import any other package of this project.
package scrape

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Reading is one scrape.
type Reading struct{ families map[string]*dto.MetricFamily }

// Read scrapes a URL as Prometheus does. Anything but status 200 and metrics in Prometheus' text format is an error.
func Read(ctx context.Context, client *http.Client, url string) (Reading, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Reading{}, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return Reading{}, fmt.Errorf("scrape: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return Reading{}, fmt.Errorf("scrape %s: %s", url, answer.Status)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		return Reading{}, fmt.Errorf("scrape %s: these are not metrics: %w", url, err)
	}
	return Reading{families}, nil
}

// Value gives the one sample of a metric that has these labels, among others; false when none has, or several have.
func (r Reading) Value(name string, labels map[string]string) (float64, bool) {
	found := r.having(name, labels)
	if len(found) != 1 {
		return 0, false
	}
	m := found[0]
	return m.GetGauge().GetValue() + m.GetCounter().GetValue() + m.GetUntyped().GetValue(), true // it has one of them
}

// Label gives the value that a metric's first sample has for a label, or nothing.
func (r Reading) Label(name, label string) string {
	for _, m := range r.having(name, nil) {
		for _, pair := range m.GetLabel() {
			if pair.GetName() == label {
				return pair.GetValue()
			}
		}
	}
	return ""
}

// Names lists the metrics that were there, sorted.
func (r Reading) Names() []string {
	var names []string
	for name := range r.families {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (r Reading) having(name string, labels map[string]string) []*dto.Metric {
	var found []*dto.Metric
	for _, m := range r.families[name].GetMetric() {
		matching := 0
		for _, pair := range m.GetLabel() {
			if want, ok := labels[pair.GetName()]; ok && want == pair.GetValue() {
				matching++
			}
		}
		if matching == len(labels) {
			found = append(found, m)
		}
	}
	return found
}
