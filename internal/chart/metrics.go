package chart

import "helm.sh/helm/v3/pkg/chartutil"

// Metrics is where the exporters of a release answer, as its values have it.
type Metrics struct {
	Service string // in front of all of them
	Port    int    // of each server pod
}

// metricsOf is nil when the values enable no exporter.
func metricsOf(v chartutil.Values, fullname string) *Metrics {
	if on, _ := v.PathValue("metrics.enabled"); on != true {
		return nil
	}
	return &Metrics{Service: fullname + "-metrics", Port: number(v, "metrics.containerPorts.http")}
}
