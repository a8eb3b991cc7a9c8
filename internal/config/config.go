// Package config answers: what did the user ask for, and where may this run keep its files?
//
// It is the only package that reads the environment. It must not import any other package of this project.
package config

import (
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Config is one run's options after file, environment and flags were applied, in that order of growing precedence.
type Config struct {
	Suites       []string `json:"suites"`       // suite folders below suites/; empty means all of them
	Focus        string   `json:"focus"`        // regular expression on full spec names
	Labels       string   `json:"labels"`       // Ginkgo label filter
	Chart        string   `json:"chart"`        // folder, .tgz, URL or oci:// reference of the chart under test
	ChartVersion string   `json:"chartVersion"` // version, for repositories and oci://
	Values       []string `json:"values"`       // further values files, applied after the fixture
	Redis        string   `json:"redis"`        // Redis line, for example 7.0 or valkey-8.1
	K8s          string   `json:"k8s"`          // Kubernetes minor version, for example 1.37
	Provider     string   `json:"provider"`     // kind or existing
	Kubeconfig   string   `json:"kubeconfig"`   // for provider existing
	Context      string   `json:"context"`      // for provider existing
	Cluster      string   `json:"cluster"`      // name of the kind cluster; default derives from the checkout's path
	Workers      int      `json:"workers"`      // worker nodes of a kind cluster
	Engine       string   `json:"engine"`       // auto, docker or podman
	Images       string   `json:"images"`       // auto, pull or build
	Registry     string   `json:"registry"`     // host:port of a mirror that serves every image
	Keep         string   `json:"keep"`         // failed, always or never: which clusters and namespaces outlive the run
	Procs        int      `json:"procs"`        // specs that run at once
	Repeat       int      `json:"repeat"`       // rounds of all suites, each in full; the first red one is the last
	Out          string   `json:"out"`          // folder for results
	Summary      string   `json:"summary"`      // file that a Markdown summary is appended to; empty: none
	Cache        string   `json:"cache"`        // folder for built and pulled images, outside the checkout

	Times    int      `json:"times"` // samples of each kind that a measurement takes; no option, the command knows
	Root     string   `json:"root"`  // the checkout
	Timeouts Timeouts `json:"timeouts"`
}

// Default gives the options of a plain `make e2e` in the checkout at root, with its cache in cache.
func Default(root, cache string) Config {
	return Config{
		Chart: filepath.Join(root, "charts", "redis"), Redis: "8.0", K8s: "1.37", Provider: "kind", Workers: 2,
		Labels: "!bench", Engine: "auto", Images: "auto", Keep: "never", Procs: max(2, runtime.NumCPU()-runtime.NumCPU()/4), Repeat: 1,
		Out: filepath.Join(root, "out"), Cache: cache, Root: root, Timeouts: DefaultTimeouts(),
	}
}

// Validate says which option has a value that cannot work, and which values can.
func (c Config) Validate() error {
	for _, o := range []struct {
		name, value string
		allowed     []string
	}{
		{"provider", c.Provider, []string{"kind", "existing"}},
		{"engine", c.Engine, []string{"auto", "docker", "podman"}},
		{"images", c.Images, []string{"auto", "pull", "build"}},
		{"keep", c.Keep, []string{"failed", "always", "never"}},
	} {
		if !slices.Contains(o.allowed, o.value) {
			return fmt.Errorf("--%s=%s: use one of %s", o.name, o.value, strings.Join(o.allowed, ", "))
		}
	}
	if c.Workers < 1 {
		return fmt.Errorf("--workers=%d: at least one worker is needed, so that a node can be restarted under Redis", c.Workers)
	}
	if c.Procs < 1 {
		return fmt.Errorf("--procs=%d: at least one spec must run at a time", c.Procs)
	}
	if c.Repeat < 1 {
		return fmt.Errorf("--repeat=%d: at least one round must run", c.Repeat)
	}
	if _, err := regexp.Compile(c.Focus); err != nil {
		return fmt.Errorf("--focus=%s: not a regular expression: %w", c.Focus, err)
	}
	if strings.Contains(c.Registry, "://") {
		return fmt.Errorf("--registry=%s: give host:port without a scheme", c.Registry)
	}
	if c.Provider == "existing" && c.Images == "build" {
		return fmt.Errorf("--provider=existing pulls its own images: use --images=pull, with --registry for a mirror")
	}
	return nil
}
