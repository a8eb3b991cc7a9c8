package report

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
)

// Redact gives a copy in which each secret, plain or in base64 as Kubernetes shows it, is replaced by ***, in every text of the
// report. States, verdicts and numbers are no texts.
func (r Report) Redact(secrets []string) Report {
	var words []string
	for _, s := range secrets {
		if s != "" {
			words = append(words, s, base64.StdEncoding.EncodeToString([]byte(s)))
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // a secret within a secret must not spoil it
	var pairs []string
	for _, word := range words {
		pairs = append(pairs, word, "***")
	}
	mask := strings.NewReplacer(pairs...)
	out := masked(reflect.ValueOf(r), mask).Interface().(Report)
	out.Schema = r.Schema
	return out
}

// masked copies a value deeply. Only plain strings are texts; named string types are words of the schema.
func masked(v reflect.Value, mask *strings.Replacer) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			out.SetString(mask.Replace(v.String()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(masked(v.Field(i), mask))
			}
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(masked(v.Index(i), mask))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(masked(v.Elem(), mask))
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
		}
		for _, key := range v.MapKeys() {
			out.SetMapIndex(masked(key, mask), masked(v.MapIndex(key), mask))
		}
	}
	return out
}
