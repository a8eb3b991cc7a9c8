package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// enter makes a checkout with the given redis-e2e.yaml (none if empty), works in it, and gives its path.
func enter(t *testing.T, file string) string {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module redis-e2e\n\ngo 1.26\n")
	if file != "" {
		write(t, filepath.Join(root, fileName), file)
	}
	t.Chdir(root)
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFlagsWinOverTheEnvironmentWhichWinsOverTheFile(t *testing.T) {
	for name, c := range map[string]struct {
		file, env string
		args      []string
		want      string
	}{
		"default":           {"", "", nil, "8.0"},
		"file":              {"redis: 7.0\n", "", nil, "7.0"},
		"environment":       {"redis: 7.0\n", "7.4", nil, "7.4"},
		"flag":              {"redis: 7.0\n", "7.4", []string{"--redis=6.0"}, "6.0"},
		"flag that repeats": {"redis: 7.0\n", "7.4", []string{"--redis=8.0"}, "8.0"},
	} {
		t.Run(name, func(t *testing.T) {
			enter(t, c.file)
			t.Setenv("REDIS_E2E_REDIS", c.env)
			got, err := Load(c.args)
			if err != nil || got.Redis != c.want {
				t.Errorf("redis is %q (%v), want %q", got.Redis, err, c.want)
			}
		})
	}
}

func TestTheFileMeansWhatItSays(t *testing.T) {
	enter(t, "redis: 8.0\nk8s: 1.30\nfocus:\nworkers: 3\nsuites: [tls, sentinel]\nchart-version: \"23.10\"\n")
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Redis != "8.0" || c.K8s != "1.30" || c.ChartVersion != "23.10" {
		t.Errorf("versions lost a digit: redis %q, k8s %q, chart %q", c.Redis, c.K8s, c.ChartVersion)
	}
	if c.Workers != 3 || c.Focus != "" || !reflect.DeepEqual(c.Suites, []string{"tls", "sentinel"}) {
		t.Errorf("workers %d, focus %q, suites %q", c.Workers, c.Focus, c.Suites)
	}
}

func TestBadInputIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		file, variable, value string
		args                  []string
		want                  []string
	}{
		"unknown key":          {file: "worker: 3\n", want: []string{fileName, `unknown key "worker"`}},
		"key twice":            {file: "redis: 7.0\nredis: 8.0\n", want: []string{fileName, "already defined"}},
		"not YAML":             {file: "redis: [\n", want: []string{fileName, "line 1"}},
		"a map as value":       {file: "values:\n  a: 1\n", want: []string{fileName, "values must be a value or a list"}},
		"type in the file":     {file: "workers: many\n", want: []string{fileName + ": workers=many", "invalid"}},
		"type in a variable":   {variable: "REDIS_E2E_WORKERS", value: "x", want: []string{"REDIS_E2E_WORKERS=x", "invalid"}},
		"unknown flag":         {args: []string{"--radis=7"}, want: []string{"--radis"}},
		"provider":             {args: []string{"--provider=gke"}, want: []string{"--provider=gke", "kind, existing"}},
		"engine":               {args: []string{"--engine=lxc"}, want: []string{"--engine=lxc", "auto, docker, podman"}},
		"images":               {args: []string{"--images=steal"}, want: []string{"--images=steal", "auto, pull, build"}},
		"keep by variable":     {variable: "REDIS_E2E_KEEP", value: "yes", want: []string{"--keep=yes", "failed, always, never"}},
		"no worker":            {args: []string{"--workers=0"}, want: []string{"--workers=0", "at least one"}},
		"no proc":              {args: []string{"--procs=0"}, want: []string{"--procs=0", "at least one"}},
		"focus":                {args: []string{"--focus=a("}, want: []string{"--focus=a(", "regular expression"}},
		"registry as URL":      {args: []string{"--registry=https://r:5000"}, want: []string{"--registry=https://r:5000", "host:port"}},
		"build without a node": {args: []string{"--provider=existing", "--images=build"}, want: []string{"--provider=existing", "--images=pull"}},
	} {
		t.Run(name, func(t *testing.T) {
			enter(t, c.file)
			if c.variable != "" {
				t.Setenv(c.variable, c.value)
			}
			_, err := Load(c.args)
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v does not say %q", err, want)
				}
			}
		})
	}
}

func TestTwoCheckoutsUseTwoClusters(t *testing.T) {
	enter(t, "")
	one, err1 := Load(nil)
	again, err2 := Load(nil)
	enter(t, "")
	other, err3 := Load(nil)
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	if one.Cluster != again.Cluster || one.Cluster == other.Cluster {
		t.Errorf("clusters %q and %q of one checkout, %q of another", one.Cluster, again.Cluster, other.Cluster)
	}
}

func TestPathsHoldInAnotherFolder(t *testing.T) {
	root := enter(t, "")
	c, err := Load([]string{"--chart=charts/mine", "--values=a.yaml,b.yaml", "--out=results", "--cache=c", "--kubeconfig=k"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{c.Chart, c.Values[0], c.Values[1], c.Out, c.Cache, c.Kubeconfig} {
		if filepath.Dir(p) != root && filepath.Dir(p) != filepath.Join(root, "charts") {
			t.Errorf("%s is not below %s", p, root)
		}
	}
	c, err = Load([]string{"--chart=oci://host/redis"})
	if err != nil || c.Chart != "oci://host/redis" || c.Kubeconfig != "" {
		t.Errorf("chart %q, kubeconfig %q, %v", c.Chart, c.Kubeconfig, err)
	}
}

func TestOutsideACheckoutTheErrorSaysWhereToGo(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := Load(nil); err == nil || !strings.Contains(err.Error(), "Makefile") {
		t.Errorf("got %v", err)
	}
}
