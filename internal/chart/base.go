package chart

import (
	"fmt"
	"strings"
)

// Software are the images of a release under test, each given as registry/repository:tag.
type Software struct {
	Redis    string
	Exporter string // empty: the chart's own choice
}

// Base are the values every release under test gets, below all others: the images of the run.
func Base(c *Chart, s Software) (Values, error) {
	redis, err := imageValue(s.Redis)
	if err != nil {
		return nil, err
	}
	v := Values{"image": redis}
	if c.Accepts("sentinel.image") { // charts whose Sentinel has an image of its own
		v["sentinel"] = map[string]any{"image": redis}
	}
	if s.Exporter != "" && c.Accepts("metrics.image") {
		exporter, err := imageValue(s.Exporter)
		if err != nil {
			return nil, err
		}
		v["metrics"] = map[string]any{"image": exporter}
	}
	if c.Accepts("global.security.allowInsecureImages") { // charts that otherwise refuse any image but their vendor's
		v["global"] = map[string]any{"security": map[string]any{"allowInsecureImages": true}}
	}
	return v, nil
}

func imageValue(image string) (map[string]any, error) {
	colon := strings.LastIndex(image, ":")
	registry, path, ok := strings.Cut(image[:max(0, colon)], "/")
	if !ok {
		return nil, fmt.Errorf("image %q: want registry/repository:tag", image)
	}
	return map[string]any{"registry": registry, "repository": path, "tag": image[colon+1:], "pullPolicy": "IfNotPresent"}, nil
}

// LoadValuesFiles reads several values files, the later one winning.
func LoadValuesFiles(paths []string) (Values, error) {
	var layers []Values
	for _, path := range paths {
		v, err := LoadValuesFile(path)
		if err != nil {
			return nil, err
		}
		layers = append(layers, v)
	}
	return Merge(layers...), nil
}
