package chart

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	helmchart "helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"sigs.k8s.io/yaml"
)

// Chart is a loaded chart, safe to share between goroutines.
type Chart struct {
	Name       string
	Version    string
	AppVersion string
	Digest     string // sha256:… of the archive; of a folder's packaged names and contents
	Ref        string // where it really came from, with the version that was chosen

	files []*loader.BufferedFile
}

// OpenOptions say how to reach a remote source; the zero value suits public ones.
type OpenOptions struct {
	Transport http.RoundTripper // nil: Go's default, which heeds the proxy variables
	PlainHTTP bool              // of an OCI registry; one on localhost is spoken to plainly anyway
}

// archive is a packaged chart and where it was found.
type archive struct {
	data []byte
	ref  string
}

// Open loads the chart a source names and checks that it can be installed: right version, dependencies there, not a library.
func Open(ctx context.Context, s Source, o OpenOptions) (*Chart, error) {
	c, err := open(ctx, s, o)
	if err != nil {
		return nil, fmt.Errorf("chart %s: %w", s, err)
	}
	return c, nil
}

func open(ctx context.Context, s Source, o OpenOptions) (*Chart, error) {
	if s.Kind == Dir {
		return openDir(s)
	}
	a, err := fetch(ctx, s, o)
	if err != nil {
		return nil, err
	}
	files, err := loader.LoadArchiveFiles(bytes.NewReader(a.data))
	if err != nil {
		return nil, fmt.Errorf("%s is not a packaged chart (%w): make one by helm package", a.ref, err)
	}
	c := &Chart{Digest: digestOf(a.data), Ref: a.ref, files: files}
	return c, c.check(s)
}

func fetch(ctx context.Context, s Source, o OpenOptions) (archive, error) {
	switch s.Kind {
	case Archive:
		data, err := os.ReadFile(s.Ref)
		return archive{data, s.Ref}, err
	case URL:
		data, err := o.get(ctx, s.Ref)
		return archive{data, s.Ref}, err
	case Repository:
		return fromRepository(ctx, s, o)
	case OCI:
		return fromRegistry(ctx, s, o)
	default:
		return archive{}, fmt.Errorf("unknown kind %q: use ParseSource", s.Kind)
	}
}

func openDir(s Source) (*Chart, error) {
	if info, err := os.Stat(s.Ref); err != nil {
		return nil, fmt.Errorf("%w: name a folder, a .tgz, https://repository/chart or oci://registry/chart", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is neither a folder nor a .tgz", s.Ref)
	}
	loaded, err := loader.LoadDir(s.Ref) // heeds .helmignore; Raw is what helm package would put in
	if err != nil {
		return nil, err
	}
	c := &Chart{Ref: s.Ref}
	for _, f := range loaded.Raw {
		c.files = append(c.files, &loader.BufferedFile{Name: f.Name, Data: f.Data})
	}
	slices.SortFunc(c.files, func(a, b *loader.BufferedFile) int { return strings.Compare(a.Name, b.Name) })
	var listing bytes.Buffer
	for _, f := range c.files {
		fmt.Fprintf(&listing, "%q %s\n", f.Name, digestOf(f.Data))
	}
	c.Digest = digestOf(listing.Bytes())
	return c, c.check(s)
}

// load parses the chart anew, because Helm's actions change the chart they are given.
func (c *Chart) load() (*helmchart.Chart, error) {
	return loader.LoadFiles(c.files)
}

// As is the same chart under another version, as a maintainer's next release would be.
func (c *Chart) As(version string) (*Chart, error) {
	other := &Chart{Ref: c.Ref + " as " + version, Digest: c.Digest}
	for _, f := range c.files {
		if f.Name == "Chart.yaml" {
			var meta map[string]any
			if err := yaml.Unmarshal(f.Data, &meta); err != nil {
				return nil, fmt.Errorf("chart %s: Chart.yaml: %w", c.Name, err)
			}
			meta["version"] = version
			text, err := yaml.Marshal(meta)
			if err != nil {
				return nil, fmt.Errorf("chart %s: Chart.yaml: %w", c.Name, err)
			}
			f = &loader.BufferedFile{Name: f.Name, Data: text}
		}
		other.files = append(other.files, f)
	}
	return other, other.check(Source{})
}

func (c *Chart) check(s Source) error {
	loaded, err := c.load()
	if err != nil {
		return err
	}
	if err := loaded.Validate(); err != nil {
		return err
	}
	meta := loaded.Metadata
	c.Name, c.Version, c.AppVersion = meta.Name, meta.Version, meta.AppVersion
	if local := s.Kind == Dir || s.Kind == Archive || s.Kind == URL; local && s.Version != "" && s.Version != c.Version {
		return fmt.Errorf("version %s was asked for, but it holds %s %s", s.Version, c.Name, c.Version)
	}
	if meta.Type == "library" {
		return fmt.Errorf("%s is a library chart, which cannot be installed", c.Name)
	}
	if err := action.CheckDependencies(loaded, meta.Dependencies); err != nil {
		return fmt.Errorf("dependencies %w: run helm dependency build in the chart's folder", err)
	}
	return nil
}

func digestOf(data []byte) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256(data))
}

// Accepts says whether the chart's own default values have a key, given as a dotted path.
func (c *Chart) Accepts(path string) bool {
	loaded, err := c.load()
	if err != nil {
		return false
	}
	keys := strings.Split(path, ".")
	table := loaded.Values
	for _, k := range keys[:len(keys)-1] {
		next, ok := table[k].(map[string]any)
		if !ok {
			return false
		}
		table = next
	}
	_, ok := table[keys[len(keys)-1]]
	return ok
}
