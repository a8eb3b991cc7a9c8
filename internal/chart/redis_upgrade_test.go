package chart

import (
	"maps"
	"reflect"
	"regexp"
	"testing"
)

func TestWhatCannotChangeDoesNotFollowLabelsOrVersions(t *testing.T) {
	before, after := statefulSet(t), statefulSet(t, nested("commonLabels.team", "b"), nested("master.podLabels.x", "y"))
	if !reflect.DeepEqual(before.Spec.Selector, after.Spec.Selector) || !reflect.DeepEqual(before.Spec.VolumeClaimTemplates, after.Spec.VolumeClaimTemplates) {
		t.Error("a label reaches an immutable field")
	}
	for key := range before.Spec.Selector.MatchLabels {
		if !regexp.MustCompile(`^app\.kubernetes\.io/(name|instance|component)$`).MatchString(key) {
			t.Errorf("%s is in the selector", key)
		}
	}
	if after.Labels["team"] != "b" || after.Spec.Template.Labels["x"] != "y" {
		t.Error("the labels are lost")
	}
	stolen := statefulSet(t, Values{"commonLabels": Values{"app.kubernetes.io/component": "x"}})
	if stolen.Spec.Template.Labels["app.kubernetes.io/component"] != "master" {
		t.Error("a user's label displaces one of the selector")
	}
}

func TestAConfigurationChangeRollsThePods(t *testing.T) {
	annotations := func(layers ...Values) map[string]string { return statefulSet(t, layers...).Spec.Template.Annotations }
	base := annotations(nested("commonConfiguration", "hz 10"), password("a"))
	for changed, layers := range map[string][]Values{
		"":                   {nested("commonConfiguration", "hz 10"), password("a")},
		"checksum/configmap": {nested("commonConfiguration", "hz 20"), password("a")},
		"checksum/secret":    {nested("commonConfiguration", "hz 10"), password("b")},
	} {
		want := maps.Clone(base)
		got := annotations(layers...)
		if changed != "" && got[changed] == want[changed] {
			t.Errorf("%s does not change", changed)
		}
		delete(want, changed)
		delete(got, changed)
		if !maps.Equal(want, got) {
			t.Errorf("besides %q: %v became %v", changed, want, got)
		}
	}
	if commands := annotations(nested("commonConfiguration", "hz 10"), nested("master.disableCommands", []string{"KEYS"})); commands["checksum/configmap"] == base["checksum/configmap"] {
		t.Error("a disabled command does not roll the pods")
	}
	// A generated password is random in every render: a checksum of it would roll the pods on every upgrade.
	if first, second := annotations(), annotations(); !maps.Equal(first, second) {
		t.Errorf("two equal renders differ: %v, %v", first, second)
	}
}
