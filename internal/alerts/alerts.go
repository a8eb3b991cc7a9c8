// Package alerts answers: would Prometheus take the rules and the monitor that a chart renders, and do they ask for what is there?
//
// Rules are read by Prometheus' own library, objects by the types of its operator. It must not import any other package of this
// project.
package alerts

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// Rules gives the metrics that the rules of a PrometheusRule ask for, sorted, each once. An unknown field, an expression or an
// annotation that Prometheus would not load, and an object without any rule are errors.
func Rules(object map[string]any) ([]string, error) {
	if err := strictly(object, &monitoring.PrometheusRule{}); err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(object["spec"])
	if err != nil {
		return nil, err
	}
	groups, errs := rulefmt.Parse(text, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if len(errs) > 0 {
		return nil, fmt.Errorf("prometheus would not load the rules: %w", errors.Join(errs...))
	}
	var names []string
	rules := 0
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			rules++
			asked, err := metrics(r.Expr)
			if err != nil {
				return nil, err
			}
			names = append(names, asked...)
		}
	}
	if rules == 0 {
		return nil, errors.New("the PrometheusRule has no rule")
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// metrics are the names of an expression's series.
func metrics(expression string) ([]string, error) {
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expression)
	if err != nil {
		return nil, err
	}
	var names []string
	parser.Inspect(parsed, func(n parser.Node, _ []parser.Node) error {
		if series, ok := n.(*parser.VectorSelector); ok && series.Name != "" {
			names = append(names, series.Name)
		}
		return nil
	})
	return names, nil
}

// Monitored gives namespace/service:port of what a ServiceMonitor makes Prometheus scrape among these objects. One that would find
// nothing is an error: in Prometheus it is silence.
func Monitored(monitor map[string]any, objects []map[string]any) ([]string, error) {
	m := monitoring.ServiceMonitor{}
	if err := strictly(monitor, &m); err != nil {
		return nil, err
	}
	selector, err := metav1.LabelSelectorAsSelector(&m.Spec.Selector)
	if err != nil {
		return nil, fmt.Errorf("ServiceMonitor %s: %w", m.Name, err)
	}
	var found []string
	for _, object := range objects {
		if object["kind"] != "Service" {
			continue
		}
		s := corev1.Service{}
		if err := strictly(object, &s); err != nil {
			return nil, err
		}
		if !watches(m, s.Namespace) || !selector.Matches(labels.Set(s.Labels)) {
			continue
		}
		for _, e := range m.Spec.Endpoints {
			for _, p := range s.Spec.Ports {
				if p.Name == e.Port {
					found = append(found, fmt.Sprintf("%s/%s:%d", s.Namespace, s.Name, p.Port))
				}
			}
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("ServiceMonitor %s finds nothing to scrape: no Service of this release has the labels %s and a port of the name it asks for", m.Name, selector)
	}
	return found, nil
}

func watches(m monitoring.ServiceMonitor, namespace string) bool {
	s := m.Spec.NamespaceSelector
	if len(s.MatchNames) == 0 {
		return s.Any || namespace == m.Namespace
	}
	return s.Any || slices.Contains(s.MatchNames, namespace)
}

// strictly refuses unknown fields, which the API server would drop.
func strictly(object map[string]any, into any) error {
	text, err := yaml.Marshal(object)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		return fmt.Errorf("%v: %w", object["kind"], err)
	}
	return nil
}
