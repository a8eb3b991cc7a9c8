package chart

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// Layer is values and where they come from.
type Layer struct {
	Origin string
	Values Values
}

// Annotated gives values as YAML that Helm can read, with the origin of each leaf as a comment: the last layer that says the same.
// A leaf that no layer has was set after the installation.
func Annotated(values Values, layers []Layer) (string, error) {
	plain, err := yaml.Marshal(values)
	if err != nil {
		return "", err
	}
	var document yamlv3.Node
	if err := yamlv3.Unmarshal(plain, &document); err != nil {
		return "", err
	}
	final, err := normal(values)
	if err != nil {
		return "", err
	}
	a := annotator{final: final}
	for _, l := range layers {
		tree, err := normal(l.Values)
		if err != nil {
			return "", err
		}
		a.origins, a.trees = append(a.origins, l.Origin), append(a.trees, tree)
	}
	for _, node := range document.Content {
		a.annotate(node, nil)
	}
	var out bytes.Buffer
	e := yamlv3.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(&document); err != nil {
		return "", err
	}
	return out.String(), e.Close()
}

// normal is v as JSON would have it, so that trees of different makers can be compared.
func normal(v any) (tree any, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return tree, json.Unmarshal(text, &tree)
}

type annotator struct {
	final   any
	origins []string
	trees   []any
}

func (a annotator) annotate(node *yamlv3.Node, path []string) {
	if node.Kind != yamlv3.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		here := append(path[:len(path):len(path)], key.Value)
		switch {
		case value.Kind == yamlv3.MappingNode && len(value.Content) > 0:
			a.annotate(value, here)
		case value.Kind == yamlv3.ScalarNode && !strings.Contains(value.Value, "\n"):
			value.LineComment = a.origin(here)
		default:
			key.HeadComment = a.origin(here)
		}
	}
}

func (a annotator) origin(path []string) string {
	final, _ := follow(a.final, path)
	for i := len(a.trees) - 1; i >= 0; i-- {
		if leaf, ok := follow(a.trees[i], path); ok && reflect.DeepEqual(leaf, final) {
			return a.origins[i]
		}
	}
	return "set after the installation"
}

func follow(tree any, path []string) (any, bool) {
	for _, key := range path {
		branch, ok := tree.(map[string]any)
		if !ok {
			return nil, false
		}
		if tree, ok = branch[key]; !ok {
			return nil, false
		}
	}
	return tree, true
}
