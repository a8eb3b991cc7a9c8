package chart

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

// LoadValuesFile reads a YAML values file; an error names the file and the line or key.
func LoadValuesFile(path string) (Values, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("values file: %w", err)
	}
	values := Values{}
	if err := yaml.UnmarshalStrict(data, &values, exactNumbers); err != nil {
		return nil, fmt.Errorf("values file %s: %w", path, err)
	}
	return values, nil
}

// exactNumbers keeps 67108864 from becoming 6.7108864e+07 in a rendered template.
func exactNumbers(d *json.Decoder) *json.Decoder {
	d.UseNumber()
	return d
}
