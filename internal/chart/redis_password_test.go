package chart

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"

	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

func password(value string) Values { return nested("auth.password", value) }

func passwordIn(t *testing.T, o objects) string {
	t.Helper()
	encoded, _ := dig(o.the(t, "Secret/r-redis"), "data.redis-password").(string)
	plain, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func TestAGivenPasswordIsOnlyInTheSecret(t *testing.T) {
	const secret = `s3cr"e\t $pass`
	rendered := renderRedis(t, password(secret), nested("master.args", []string{"--hz", "20"}))
	if got := passwordIn(t, rendered); got != secret {
		t.Errorf("the Secret holds %q", got)
	}
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	for key, object := range rendered {
		if key == "Secret/r-redis" {
			continue
		}
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{"s3cr", strings.Trim(string(quoted), `"`), base64.StdEncoding.EncodeToString([]byte(secret)), digestOf([]byte(secret))[7:]} {
			if strings.Contains(string(text), form) {
				t.Errorf("%s holds the password as %s", key, form)
			}
		}
	}
}

func TestThePasswordIsMountedForTheGroupOnly(t *testing.T) {
	for _, key := range []string{"StatefulSet/r-redis-master", "Pod/r-redis-test-ping"} {
		o := renderRedis(t, nested("auth.existingSecret", "mine"), nested("auth.existingSecretPasswordKey", "word")).the(t, key)
		text, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"defaultMode: 288", "secretName: mine", "- key: word", "path: redis-password"} { // 288 = 0440
			if !strings.Contains(string(text), part) {
				t.Errorf("%s lacks %q", key, part)
			}
		}
		if strings.Contains(string(text), "secretKeyRef") {
			t.Errorf("%s has the password in its environment", key)
		}
	}
}

func TestAnExistingSecretRendersNone(t *testing.T) {
	for _, v := range []Values{nested("auth.existingSecret", "mine"), nested("auth.enabled", false)} {
		if rendered := renderRedis(t, v); rendered["Secret/r-redis"] != nil {
			t.Errorf("%v renders a Secret", v)
		}
	}
}

func TestWithoutAuthNothingMountsAPassword(t *testing.T) {
	for key, o := range renderRedis(t, nested("auth.enabled", false)) {
		if o["kind"] == "ConfigMap" {
			continue // the scripts, which read REDIS_PASSWORD_FILE only if it is set
		}
		text, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToLower(string(text)), "password") {
			t.Errorf("%s still speaks of a password", key)
		}
	}
}

func TestAGeneratedPasswordIsLongAndNeverTheSame(t *testing.T) {
	first, second := passwordIn(t, renderRedis(t)), passwordIn(t, renderRedis(t))
	if len(first) < 20 || first == second {
		t.Errorf("generated %d and %d characters, equal: %v", len(first), len(second), first == second)
	}
}

// inCluster is the little of a cluster that a template's lookup asks: its Secrets.
type inCluster struct {
	secrets dynamic.NamespaceableResourceInterface
}

// GetClientFor answers for any kind as if it were Secret, the only one the chart looks up.
func (c inCluster) GetClientFor(string, string) (dynamic.NamespaceableResourceInterface, bool, error) {
	return c.secrets, true, nil
}

// upgraded renders the Secret as an upgrade does in a namespace that holds these objects.
func upgraded(t *testing.T, v Values, existing ...runtime.Object) string {
	t.Helper()
	loaded, err := openRedis(t).load()
	if err != nil {
		t.Fatal(err)
	}
	options := chartutil.ReleaseOptions{Name: "r", Namespace: "ns", Revision: 2, IsUpgrade: true}
	values, err := chartutil.ToRenderValues(loaded, Merge(v), options, nil)
	if err != nil {
		t.Fatal(err)
	}
	secrets := schema.GroupVersionResource{Version: "v1", Resource: "secrets"}
	client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{secrets: "SecretList"}, existing...)
	files, err := engine.RenderWithClientProvider(loaded, values, inCluster{client.Resource(secrets)})
	if err != nil {
		t.Fatal(err)
	}
	var secret corev1.Secret
	if err := yaml.UnmarshalStrict([]byte(files["redis/templates/secret.yaml"]), &secret); err != nil {
		t.Fatal(err)
	}
	return string(secret.Data["redis-password"])
}

func TestAnUpgradeKeepsTheGeneratedPassword(t *testing.T) {
	kept := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "r-redis", "namespace": "ns"},
		"data": map[string]any{"redis-password": base64.StdEncoding.EncodeToString([]byte("kept"))},
	}}
	if got := upgraded(t, nil, kept); got != "kept" {
		t.Errorf("the upgrade made it %q", got)
	}
	if got := upgraded(t, password("given"), kept); got != "given" {
		t.Errorf("a given password must win, but it is %q", got)
	}
	if got := upgraded(t, nil); len(got) < 20 {
		t.Errorf("without a Secret a new one is needed, but it is %q", got)
	}
}
