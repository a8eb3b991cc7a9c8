package config

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

const (
	envPrefix = "REDIS_E2E_"
	fileName  = "redis-e2e.yaml"
)

// Load applies redis-e2e.yaml in the checkout, then REDIS_E2E_* variables, then flags; the later one wins.
// An unknown key in the file, and a value of the wrong type anywhere, is an error that names it.
func Load(args []string) (Config, error) {
	c, err := base()
	if err != nil {
		return Config{}, err
	}
	fs := c.flagSet()
	if err := fs.Parse(args); err != nil {
		return Config{}, err
	}
	return c, c.Complete(fs)
}

// New gives the defaults for the checkout that holds the working directory.
func New() (Config, error) { return base() }

func base() (Config, error) {
	root, err := checkout()
	if err != nil {
		return Config{}, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return Config{}, fmt.Errorf("no cache folder: %w; set HOME or %sCACHE", err, envPrefix)
	}
	c := Default(root, filepath.Join(cache, "redis-e2e"))
	c.Summary = os.Getenv("GITHUB_STEP_SUMMARY") // where GitHub's jobs show it
	return c, nil
}

// SessionFile is where the command left the session for a suite it started; empty when the suite was started alone.
func SessionFile() string { return os.Getenv(SessionVariable) }

// SessionVariable names the environment variable that points a suite to its session.
const SessionVariable = envPrefix + "SESSION"

// Bind defines every option as a flag on fs, with the present values as defaults.
func (c *Config) Bind(fs *pflag.FlagSet) {
	fs.StringSliceVar(&c.Suites, "suites", c.Suites, "suites to run, comma separated (default all)")
	fs.StringVar(&c.Focus, "focus", c.Focus, "run only specs whose full name matches this regular expression")
	fs.StringVar(&c.Labels, "labels", c.Labels, "run only specs whose labels match this Ginkgo label filter")
	fs.StringVar(&c.Chart, "chart", c.Chart, "chart under test: folder, .tgz, repository URL/name, or oci:// reference")
	fs.StringVar(&c.ChartVersion, "chart-version", c.ChartVersion, "chart version, for repositories and oci://")
	fs.StringSliceVar(&c.Values, "values", c.Values, "further values files, applied after each fixture")
	fs.StringVar(&c.Redis, "redis", c.Redis, "Redis line to deploy")
	fs.StringVar(&c.K8s, "k8s", c.K8s, "Kubernetes minor version of a kind cluster")
	fs.StringVar(&c.Provider, "provider", c.Provider, "where the cluster comes from: kind or existing")
	fs.StringVar(&c.Kubeconfig, "kubeconfig", c.Kubeconfig, "kubeconfig file, for --provider=existing")
	fs.StringVar(&c.Context, "context", c.Context, "context in that kubeconfig, for --provider=existing")
	fs.StringVar(&c.Cluster, "cluster", c.Cluster, "name of the kind cluster (default derives from the checkout's path)")
	fs.IntVar(&c.Workers, "workers", c.Workers, "worker nodes of a kind cluster")
	fs.StringVar(&c.Engine, "engine", c.Engine, "container engine: auto, docker or podman")
	fs.StringVar(&c.Images, "images", c.Images, "where images come from: auto, pull or build")
	fs.StringVar(&c.Registry, "registry", c.Registry, "host:port of a mirror that serves every image")
	fs.StringVar(&c.Keep, "keep", c.Keep, "what outlives the run: failed, always or never")
	fs.IntVar(&c.Procs, "procs", c.Procs, "specs that run at once")
	fs.IntVar(&c.Repeat, "repeat", c.Repeat, "rounds of all suites; a red one is the last")
	fs.StringVar(&c.Out, "out", c.Out, "folder for results")
	fs.StringVar(&c.Summary, "summary", c.Summary, "file to append a Markdown summary to (default what $GITHUB_STEP_SUMMARY names)")
	fs.StringVar(&c.Cache, "cache", c.Cache, "folder for built and pulled images")
}

func (c *Config) flagSet() *pflag.FlagSet {
	fs := pflag.NewFlagSet("redis-e2e", pflag.ContinueOnError)
	c.Bind(fs)
	return fs
}

// Complete fills what no flag set from the environment and from redis-e2e.yaml, then validates.
func (c *Config) Complete(flags *pflag.FlagSet) error {
	file, err := readFile(filepath.Join(c.Root, fileName))
	if err != nil {
		return err
	}
	for name := range file {
		if flags.Lookup(name) == nil {
			return fmt.Errorf("%s: unknown key %q; keys are the flags of `redis-e2e run`", fileName, name)
		}
	}
	var firstErr error
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed || firstErr != nil {
			return
		}
		variable := envPrefix + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		from, value := "", ""
		if v, ok := file[f.Name]; ok {
			from, value = fileName+": "+f.Name, v
		}
		if v := os.Getenv(variable); v != "" {
			from, value = variable, v
		}
		if from == "" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			firstErr = fmt.Errorf("%s=%s: %w", from, value, err)
		}
	})
	if firstErr != nil {
		return firstErr
	}
	if err := c.absolute(); err != nil {
		return err
	}
	if c.Cluster == "" {
		sum := sha256.Sum256([]byte(c.Root))
		c.Cluster = fmt.Sprintf("redis-e2e-%x", sum[:3]) // two checkouts on one machine get two clusters
	}
	return c.Validate()
}

// absolute makes paths independent of the working directory: suites run in another one.
func (c *Config) absolute() error {
	paths := []*string{&c.Out, &c.Cache}
	for _, p := range []*string{&c.Kubeconfig, &c.Summary} {
		if *p != "" {
			paths = append(paths, p)
		}
	}
	if c.Chart != "" && !strings.Contains(c.Chart, "://") {
		paths = append(paths, &c.Chart)
	}
	for i := range c.Values {
		paths = append(paths, &c.Values[i])
	}
	for _, p := range paths {
		full, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = full
	}
	return nil
}

func readFile(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var raw map[string]yaml.Node // the text as written: a number would turn 8.0 into 8
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := make(map[string]string, len(raw))
	for k, v := range raw {
		var parts []string
		switch {
		case v.Tag == "!!null":
			continue
		case v.Kind == yaml.ScalarNode:
			parts = []string{v.Value}
		case v.Kind == yaml.SequenceNode:
			for _, e := range v.Content {
				parts = append(parts, e.Value)
			}
		default:
			return nil, fmt.Errorf("%s: %s must be a value or a list of values", path, k)
		}
		out[k] = strings.Join(parts, ",")
	}
	return out, nil
}

// checkout finds the folder with this module's go.mod at or above the working directory.
func checkout() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		text, err := os.ReadFile(filepath.Join(d, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module redis-e2e\n") {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("%s is not inside a redis-e2e checkout: run from the folder that holds its Makefile", dir)
		}
	}
}

// String lists every option on a line of its own, as printed at the start of a run.
func (c Config) String() string {
	var lines []string
	c.flagSet().VisitAll(func(f *pflag.Flag) { lines = append(lines, fmt.Sprintf("  %-14s %s", f.Name, f.Value)) })
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// Options gives every option by its flag's name, for reports.
func (c Config) Options() map[string]string {
	out := map[string]string{}
	c.flagSet().VisitAll(func(f *pflag.Flag) { out[f.Name] = f.Value.String() })
	return out
}

// Command is the command that runs one spec of a suite again, with every option that decides what it sees, for a shell.
func (c Config) Command(suite, spec string) string {
	words := []string{"bin/redis-e2e run", "--suites=" + suite, "--focus=" + quoted(regexp.QuoteMeta(spec))}
	usual := Default(c.Root, c.Cache).Options()
	mine := c.Options()
	for _, name := range slices.Sorted(maps.Keys(mine)) {
		switch name {
		case "suites", "focus", "repeat", "procs", "keep", "out", "summary", "cache", "cluster":
			continue // they decide what else runs, and what is left of it
		}
		value := mine[name]
		if name == "values" {
			value = strings.Join(c.Values, ",")
		}
		if mine[name] != usual[name] {
			words = append(words, "--"+name+"="+quoted(value))
		}
	}
	return strings.Join(words, " ")
}

func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
