package chart

import (
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/release"
	"sigs.k8s.io/yaml"
)

// Manifest is every object of a release as YAML documents, hooks last. It holds Secrets: never print it.
type Manifest string

func manifestOf(rel *release.Release) Manifest {
	var b strings.Builder
	b.WriteString(rel.Manifest)
	for _, hook := range rel.Hooks {
		fmt.Fprintf(&b, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return Manifest(b.String())
}

// Objects parses the documents.
func (m Manifest) Objects() ([]map[string]any, error) {
	var objects []map[string]any
	for i, document := range strings.Split("\n"+string(m), "\n---") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			return nil, fmt.Errorf("manifest, document %d: %w", i, err)
		}
		if len(object) > 0 {
			objects = append(objects, object)
		}
	}
	return objects, nil
}

// WithoutSecrets gives the documents of every object but Secrets.
func (m Manifest) WithoutSecrets() (string, error) {
	objects, err := m.Objects()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, object := range objects {
		if object["kind"] == "Secret" {
			continue
		}
		text, err := yaml.Marshal(object)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "---\n%s", text)
	}
	return b.String(), nil
}

// Images lists the images of all containers of a manifest, hooks and init containers too, sorted, each once.
func Images(m Manifest) ([]string, error) {
	objects, err := m.Objects()
	if err != nil {
		return nil, err
	}
	var images []string
	for _, object := range objects {
		images = append(images, imagesIn(object)...)
	}
	slices.Sort(images)
	return slices.Compact(images), nil
}

// imagesIn looks for container lists at any depth, so that CronJobs and operators' objects count too.
func imagesIn(node any) []string {
	var images []string
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			images = append(images, imagesIn(item)...)
		}
	case map[string]any:
		for key, value := range node {
			if list, ok := value.([]any); ok && (key == "containers" || key == "initContainers" || key == "ephemeralContainers") {
				images = append(images, imagesOf(list)...)
				continue
			}
			images = append(images, imagesIn(value)...)
		}
	}
	return images
}

func imagesOf(containers []any) []string {
	var images []string
	for _, item := range containers {
		container, _ := item.(map[string]any)
		if image, ok := container["image"].(string); ok && image != "" {
			images = append(images, image)
		}
	}
	return images
}
