package chart

import "reflect"

// Values are chart values as Helm takes them; layers of them are put together by Merge.
type Values map[string]any

// Merge lays each layer over those before it (base, topology, fixture, spec): maps merge, anything else replaces.
// As with Helm, nil stays in the result and deletes the chart's own default. No layer is changed, and the result shares nothing with them.
func Merge(layers ...Values) Values {
	merged := Values{}
	for _, layer := range layers {
		overlay(merged, plain(layer).(map[string]any))
	}
	return merged
}

func overlay(under, over map[string]any) {
	for key, value := range over {
		below, isMap := under[key].(map[string]any)
		if above, ok := value.(map[string]any); ok && isMap {
			overlay(below, above)
			continue
		}
		under[key] = value
	}
}

// plain copies a value into the types YAML gives, the only ones Helm's merge and its schema check know:
// a spec may write Values{"master": Values{"args": []string{…}}}.
func plain(value any) any {
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Map:
		copied := make(map[string]any, v.Len())
		for _, key := range v.MapKeys() {
			copied[key.String()] = plain(v.MapIndex(key).Interface())
		}
		return copied
	case reflect.Slice:
		copied := make([]any, v.Len())
		for i := range copied {
			copied[i] = plain(v.Index(i).Interface())
		}
		return copied
	default:
		return value
	}
}
