package chart

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ChangeKind is what an upgrade does to one object.
type ChangeKind string

// The kinds of a Change, the worst first.
const (
	Immutable ChangeKind = "immutable" // the API server will refuse the upgrade
	Orphans   ChangeKind = "orphans"   // a StatefulSet goes, and its claims stay behind with the data
	Vanishes  ChangeKind = "vanishes"
	Restarts  ChangeKind = "restarts" // pods are replaced
	Appears   ChangeKind = "appears"
	Changes   ChangeKind = "changes"
)

// Change is one difference between what a release has and what an upgrade would make of it.
type Change struct {
	Kind   ChangeKind
	Object string // Kind/name
	Field  string // the first that differs, as a path; empty for a whole object
	Detail string
}

// String is one line.
func (c Change) String() string {
	line := string(c.Kind) + ": " + c.Object
	if c.Field != "" {
		line += " " + c.Field
	}
	if c.Detail != "" {
		line += ": " + c.Detail
	}
	return line
}

// Noise are fields that differ each time a chart is rendered, such as a generated password: object and path, with a blank between.
type Noise map[string]bool

// Unstable finds the noise in two renderings of the same.
func Unstable(one, other Manifest) (Noise, error) {
	from, err := one.byName()
	if err != nil {
		return nil, err
	}
	to, err := other.byName()
	if err != nil {
		return nil, err
	}
	noise := Noise{}
	for name, object := range from {
		for _, field := range differing("", object, to[name]) {
			noise[name+" "+field] = true
		}
	}
	return noise, nil
}

// Compare lists what an upgrade from one manifest to another changes, the worst first, hooks included, noise left out. Values of
// Secrets are not shown; that one changes is.
func Compare(before, after Manifest, noise Noise) ([]Change, error) {
	from, err := before.byName()
	if err != nil {
		return nil, err
	}
	to, err := after.byName()
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, name := range slices.Sorted(maps.Keys(from)) {
		if to[name] == nil {
			changes = append(changes, goes(name, from[name], to))
			continue
		}
		changes = append(changes, noise.differences(name, from[name], to[name])...)
	}
	for _, name := range slices.Sorted(maps.Keys(to)) {
		if from[name] == nil {
			changes = append(changes, Change{Kind: Appears, Object: name})
		}
	}
	order := []ChangeKind{Immutable, Orphans, Vanishes, Restarts, Appears, Changes}
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind))
	})
	return changes, nil
}

func (m Manifest) byName() (map[string]map[string]any, error) {
	list, err := m.Objects()
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]any{}
	for _, o := range list {
		name, _ := at(o, "metadata.name").(string)
		all[fmt.Sprintf("%v/%s", o["kind"], name)] = o
	}
	return all, nil
}

// goes tells a StatefulSet that leaves claims behind from any other object that vanishes.
func goes(name string, object map[string]any, to map[string]map[string]any) Change {
	claims, _ := at(object, "spec.volumeClaimTemplates").([]any)
	if object["kind"] != "StatefulSet" || len(claims) == 0 {
		return Change{Kind: Vanishes, Object: name}
	}
	_, set, _ := strings.Cut(name, "/")
	detail := fmt.Sprintf("its claims %v-%s-N stay behind with the data", at(claims[0], "metadata.name"), set)
	for _, other := range slices.Sorted(maps.Keys(to)) {
		if to[other]["kind"] == "StatefulSet" {
			detail += "; " + other + " would begin empty"
		}
	}
	return Change{Kind: Orphans, Object: name, Detail: detail}
}

// differences names every immutable field that changes, and otherwise the first one that does.
func (n Noise) differences(name string, before, after map[string]any) []Change {
	var changes []Change
	fields := slices.DeleteFunc(differing("", before, after), func(field string) bool { return n[name+" "+field] })
	for _, f := range fields {
		if immutable(before, f) {
			changes = append(changes, Change{Immutable, name, f, shown(before, after, f)})
		}
	}
	if len(changes) > 0 || len(fields) == 0 {
		return changes
	}
	for _, f := range fields {
		if strings.HasPrefix(f, "spec.template.") && at(after, "spec.template") != nil {
			return []Change{{Restarts, name, f, shown(before, after, f)}}
		}
	}
	return []Change{{Changes, name, fields[0], shown(before, after, fields[0])}}
}

// branches are the children of a node: of a map, and of a list by their numbers.
func branches(node any) (map[string]any, bool) {
	switch node := node.(type) {
	case map[string]any:
		return node, true
	case []any:
		all := map[string]any{}
		for i, item := range node {
			all[strconv.Itoa(i)] = item
		}
		return all, true
	}
	return nil, false
}

// differing lists the paths at which two trees differ, sorted.
func differing(path string, before, after any) []string {
	a, isTree := branches(before)
	b, both := branches(after)
	if !isTree || !both {
		if reflect.DeepEqual(before, after) {
			return nil
		}
		return []string{path}
	}
	keys := maps.Clone(a)
	maps.Copy(keys, b) // what only one side has, too
	var out []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		out = append(out, differing(strings.TrimPrefix(path+"."+key, "."), a[key], b[key])...)
	}
	return out
}

// immutable says whether the API server refuses another value of this field, as of Kubernetes 1.37.
func immutable(object map[string]any, field string) bool {
	below := func(paths ...string) bool {
		return slices.ContainsFunc(paths, func(p string) bool { return field == p || strings.HasPrefix(field, p+".") })
	}
	switch object["kind"] {
	case "StatefulSet":
		return below("spec") && !below("spec.replicas", "spec.ordinals", "spec.template", "spec.updateStrategy", "spec.revisionHistoryLimit",
			"spec.persistentVolumeClaimRetentionPolicy", "spec.minReadySeconds")
	case "Deployment", "DaemonSet", "ReplicaSet":
		return below("spec.selector")
	case "Job":
		return below("spec.selector", "spec.template", "spec.completionMode") && at(object, "metadata.annotations") == nil // a hook is made anew
	case "Service":
		was, _ := at(object, "spec.clusterIP").(string)
		return below("spec.clusterIP") && was != ""
	case "PersistentVolumeClaim":
		return below("spec") && !below("spec.resources", "spec.volumeAttributesClassName")
	case "ConfigMap", "Secret":
		return object["immutable"] == true && below("data", "binaryData", "stringData", "immutable") || below("type")
	case "RoleBinding", "ClusterRoleBinding":
		return below("roleRef")
	}
	return false
}

// shown is both values, unless they are long or secret.
func shown(before, after map[string]any, field string) string {
	if before["kind"] == "Secret" {
		return "not shown"
	}
	text := fmt.Sprintf("%v becomes %v", at(before, field), at(after, field))
	if len(text) > 120 || strings.Contains(text, "\n") {
		return ""
	}
	return strings.ReplaceAll(text, "<nil>", "nothing")
}

// at walks a path of map keys; nil if it leads nowhere. A key may hold dots: the longest one that fits is taken.
func at(tree any, path string) any {
	if path == "" {
		return tree
	}
	m, ok := branches(tree)
	if !ok {
		return nil
	}
	for end := len(path); end > 0; end = strings.LastIndex(path[:end], ".") {
		if found, ok := m[path[:end]]; ok {
			return at(found, strings.TrimPrefix(path[end:], "."))
		}
	}
	return nil
}
