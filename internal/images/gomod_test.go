package images

import (
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

const template = `// why
module redis-e2e/images/kubernetes

go 1.26.0

tool (
	go.etcd.io/etcd/server/v3
	k8s.io/kubernetes/cmd/kubeadm
)

require k8s.io/kubernetes v1.37.2
`

const upstream = `module k8s.io/kubernetes

go 1.25.0

require (
	go.etcd.io/etcd/client/pkg/v3 v3.6.9
	go.etcd.io/etcd/client/v3 v3.6.8
	k8s.io/api v0.0.0
	k8s.io/utils v0.0.0-20250604170112-4c0f3b243397
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/kubelet => ./staging/src/k8s.io/kubelet
	example.com/other => example.com/fork v1.0.0
)
`

func TestAReleasesGoModNamesItsStagingModulesAndItsEtcd(t *testing.T) {
	text, err := kubernetesMod([]byte(template), []byte(upstream), "1.34.4")
	if err != nil {
		t.Fatal(err)
	}
	got, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	requires, replaces := map[string]string{}, map[string]string{}
	for _, r := range got.Require {
		requires[r.Mod.Path] = r.Mod.Version
	}
	for _, r := range got.Replace {
		replaces[r.Old.Path] = r.New.Path + " " + r.New.Version
	}
	if len(requires) != 2 || requires[kubernetesModule] != "v1.34.4" || requires["go.etcd.io/etcd/server/v3"] != "v3.6.8" {
		t.Errorf("requires %v, want Kubernetes 1.34.4 and the etcd 3.6.8 of its client", requires)
	}
	if len(replaces) != 2 || replaces["k8s.io/api"] != "k8s.io/api v0.34.4" || replaces["k8s.io/kubelet"] != "k8s.io/kubelet v0.34.4" {
		t.Errorf("replaces %v, want the two staging modules at 0.34.4 and nothing else", replaces)
	}
	if len(got.Tool) != 2 || !strings.HasPrefix(string(text), "// why") {
		t.Errorf("the template's tools or comment are lost:\n%s", text)
	}
}

func TestAnUnknownLayoutIsAnError(t *testing.T) {
	without := func(line string) string { return strings.ReplaceAll(upstream, line, "") }
	for name, c := range map[string]struct{ template, upstream, version, want string }{
		"no staging":    {template, strings.ReplaceAll(upstream, "./staging/", "./modules/"), "1.38.0", "v1.38.0 replaces no staging module: its layout has changed"},
		"no etcd":       {template, without("\tgo.etcd.io/etcd/client/v3 v3.6.8\n"), "1.38.0", "v1.38.0 requires no etcd client"},
		"not a go.mod":  {template, "<html>", "1.38.0", kubernetesModule + "/go.mod"},
		"bad template":  {"modul x", upstream, "1.38.0", "images/kubernetes/go.mod"},
		"not a version": {template, upstream, "2", "no minor number"},
	} {
		_, err := kubernetesMod([]byte(c.template), []byte(c.upstream), c.version)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestEveryBuiltGroupHasAGoModWithTools(t *testing.T) {
	for _, group := range []string{"kubernetes", "containerd", "coredns", "local-path-provisioner"} {
		text, err := readMod("../..", group)
		if err != nil {
			t.Error(err)
			continue
		}
		mod, err := modfile.Parse(group, text, nil)
		if err != nil || len(mod.Tool) == 0 {
			t.Errorf("images/%s/go.mod builds nothing: %v", group, err)
		}
	}
}
