package chart

import (
	"fmt"
	"strings"
)

// Base are the values every release under test gets, below all others: the Redis image of the run, given as
// registry/repository:tag.
func Base(c *Chart, image string) (Values, error) {
	colon := strings.LastIndex(image, ":")
	registry, path, ok := strings.Cut(image[:max(0, colon)], "/")
	if !ok {
		return nil, fmt.Errorf("image %q: want registry/repository:tag", image)
	}
	run := map[string]any{"registry": registry, "repository": path, "tag": image[colon+1:], "pullPolicy": "IfNotPresent"}
	v := Values{"image": run}
	if c.Accepts("sentinel.image") { // charts whose Sentinel has an image of its own
		v["sentinel"] = map[string]any{"image": run}
	}
	if c.Accepts("global.security.allowInsecureImages") { // charts that otherwise refuse any image but their vendor's
		v["global"] = map[string]any{"security": map[string]any{"allowInsecureImages": true}}
	}
	return v, nil
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
