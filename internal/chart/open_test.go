package chart

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

// folder writes a small chart named tiny and gives its path.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tiny")
	all := map[string]string{"Chart.yaml": "apiVersion: v2\nname: tiny\nversion: 1.2.3\nappVersion: \"7\"\n", "templates/a.yaml": "kind: A\n"}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// packaged makes an archive of a chart's folder, as helm package does.
func packaged(t *testing.T, dir string) string {
	t.Helper()
	c, err := loader.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	path, err := chartutil.Save(c, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func openAt(t *testing.T, ref, version string) (*Chart, error) {
	t.Helper()
	s, err := ParseSource(ref, version)
	if err != nil {
		t.Fatal(err)
	}
	return Open(t.Context(), s, OpenOptions{})
}

func TestAFolderHasADigestOfWhatHelmWouldPackage(t *testing.T) {
	files := map[string]string{".helmignore": "*.tmp\n", "scratch.tmp": "1"}
	first, err := openAt(t, folder(t, files), "")
	if err != nil {
		t.Fatal(err)
	}
	if first.Name != "tiny" || first.Version != "1.2.3" || first.AppVersion != "7" || !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(first.Digest) {
		t.Errorf("got %+v", first)
	}
	files["scratch.tmp"] = "2"
	if ignored, err := openAt(t, folder(t, files), ""); err != nil || ignored.Digest != first.Digest {
		t.Errorf("another folder with the same chart: %v, %v; want %s", ignored, err, first.Digest)
	}
	files["templates/a.yaml"] = "kind: B\n"
	if changed, err := openAt(t, folder(t, files), ""); err != nil || changed.Digest == first.Digest {
		t.Errorf("a changed template keeps the digest: %v", err)
	}
}

func TestAnArchiveHasTheDigestOfItsBytes(t *testing.T) {
	path := packaged(t, redisChart)
	c, err := openAt(t, path, "")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "redis" || c.Digest != digestOf(data) || c.Ref != path {
		t.Errorf("got %+v", c)
	}
	if _, err := Render(t.Context(), c, Target{Release: "r", Namespace: "ns"}, nil); err != nil {
		t.Error(err)
	}
}

func TestChartsThatCannotBeInstalledAreRefused(t *testing.T) {
	meta := "apiVersion: v2\nname: tiny\nversion: 1.2.3\n"
	needy := map[string]string{"Chart.yaml": meta + "dependencies:\n  - {name: common, version: 2.x.x, repository: \"https://h\"}\n"}
	_, err := openAt(t, folder(t, needy), "")
	says(t, err, "common", "helm dependency build")

	_, err = openAt(t, folder(t, map[string]string{"Chart.yaml": meta + "type: library\n"}), "")
	says(t, err, "library chart")

	_, err = openAt(t, folder(t, nil), "9.9.9")
	says(t, err, "9.9.9", "it holds tiny 1.2.3")

	_, err = openAt(t, t.TempDir(), "")
	says(t, err, "Chart.yaml")

	_, err = openAt(t, "no/such/chart", "")
	says(t, err, "no/such/chart", "no such file")

	broken := filepath.Join(t.TempDir(), "broken.tgz")
	if err := os.WriteFile(broken, []byte("<html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = openAt(t, broken, "")
	says(t, err, broken, "not a packaged chart")
}

func TestATemplateThatDoesNotRenderIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"a: {{ fail \"wrong\" }}":     "wrong",
		"a: {{ .Values.a.b.c }}":      "nil pointer",
		"a: {{ include \"none\" . }}": "no template \"none\"",
		"a: b: c":                     "mapping values",
	} {
		c, err := openAt(t, folder(t, map[string]string{"templates/bad.yaml": text}), "")
		if err != nil && !strings.Contains(err.Error(), "parse") {
			t.Fatal(err)
		}
		_, err = Render(t.Context(), c, Target{Release: "r", Namespace: "ns"}, nil)
		says(t, err, "chart tiny 1.2.3 does not render", "templates/bad.yaml", want)
	}
}
