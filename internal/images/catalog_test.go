package images

import (
	"regexp"
	"strings"
	"testing"
)

func TestAnUnknownLineListsTheKnownOnes(t *testing.T) {
	_, err := FindKubernetes("1.99")
	has(t, err, `Kubernetes "1.99" is not offered`, "1.34, 1.35, 1.36, 1.37")
	_, err = FindRedis("8")
	has(t, err, `Redis "8" is not offered`, "6.0, 7.0, 7.4, 8.0, valkey-8.1")
	for _, r := range []Request{{K8s: "1.99", Redis: "8.0"}, {K8s: "1.37", Redis: "9.9"}} {
		r.Root, r.Cache, r.Mode, r.Progress = "../..", t.TempDir(), "build", quiet(t)
		_, err := Ensure(t.Context(), r, nil)
		has(t, err, "is not offered: use one of")
	}
}

func TestALineThatTheModeCannotGiveSaysWhichModeCan(t *testing.T) {
	for _, c := range []struct {
		line, mode string
		want       []string
	}{
		{"6.0", "pull", []string{"redis 6.0 can only be built", "--images=build"}},
		{"7.4", "build", []string{"redis 7.4 can only be pulled", "--images=pull", "7.0"}},
	} {
		r := Request{Root: "../..", Cache: t.TempDir(), K8s: "1.37", Redis: c.line, Mode: c.mode, Progress: quiet(t)}
		_, err := Ensure(t.Context(), r, nil)
		has(t, err, c.want...)
		_, err = RedisOnly(t.Context(), r)
		has(t, err, c.want...)
		if len(listing(t, r.Cache)) != 0 {
			t.Errorf("%s %s: something was made before the error: %v", c.mode, c.line, listing(t, r.Cache))
		}
	}
}

func TestTheCatalogIsComplete(t *testing.T) {
	pinned := regexp.MustCompile(`^[a-z./]+:v?([0-9.]+)@sha256:[0-9a-f]{64}$`)
	for _, k := range KubernetesLines() {
		m := pinned.FindStringSubmatch(k.Node)
		if m == nil || m[1] != nodeVersion(k.Node) || !strings.HasPrefix(m[1], k.Minor+".") || !strings.HasPrefix(k.Version, k.Minor+".") {
			t.Errorf("%+v does not fit together", k)
		}
	}
	for _, r := range RedisLines() {
		m := pinned.FindStringSubmatch(r.Official)
		if r.Official != "" && (m == nil || !strings.HasPrefix(m[1], strings.TrimPrefix(r.Line, "valkey-"))) || r.Official == "" && r.Suite == "" {
			t.Errorf("%+v does not fit together", r)
		}
		if _, wanted := strings.CutPrefix(r.Line, "valkey-"); wanted != (r.Package == "valkey") {
			t.Errorf("%s comes from package %s", r.Line, r.Package)
		}
	}
}

func TestOneUpgradesFromALineWhoseFilesAreOlder(t *testing.T) {
	for _, c := range []struct{ line, mode, want string }{
		{"8.0", "build", "7.0"}, {"8.0", "pull", "7.0"}, {"7.4", "pull", "7.0"}, {"7.0", "build", "6.0"}, {"7.0", "pull", ""}, {"6.0", "build", ""}, {"valkey-8.1", "build", ""},
	} {
		line, err := FindRedis(c.line)
		if err != nil {
			t.Fatal(err)
		}
		if got, found := line.older(c.mode); got.Line != c.want || found != (c.want != "") {
			t.Errorf("%s %s: from %q, want %q", c.mode, c.line, got.Line, c.want)
		}
	}
}
