package chart

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// Kind says where a chart comes from.
type Kind string

// The kinds of source Open understands.
const (
	Dir        Kind = "folder"
	Archive    Kind = "archive"
	URL        Kind = "url"
	Repository Kind = "repository"
	OCI        Kind = "oci"
)

// Source says which chart to open: a folder, a .tgz, https://…/x.tgz, https://repository/chart or oci://registry/chart.
type Source struct {
	Kind    Kind
	Ref     string // as given, but a repository's without the chart's name
	Name    string // the chart's name within a repository
	Version string // empty: the newest stable one, or the only one
}

// ParseSource reads what a user writes as CHART= and CHART_VERSION=; it looks at nothing but the text.
func ParseSource(ref, version string) (Source, error) {
	s := Source{Ref: strings.TrimRight(ref, "/"), Version: version}
	archive := strings.HasSuffix(s.Ref, ".tgz") || strings.HasSuffix(s.Ref, ".tar.gz")
	scheme, rest, remote := strings.Cut(s.Ref, "://")
	switch {
	case s.Ref == "":
		return Source{}, errors.New("chart source is empty: name a folder, a .tgz, https://repository/chart or oci://registry/chart")
	case !remote && archive:
		s.Kind = Archive
	case !remote:
		s.Kind = Dir
	case scheme == "oci":
		s.Kind = OCI
		if !strings.Contains(rest, "/") {
			return Source{}, fmt.Errorf("chart source %q names no chart: write oci://registry/path/chart", ref)
		}
	case scheme != "https" && scheme != "http":
		return Source{}, fmt.Errorf("chart source %q: %s:// is not understood, only https://, http:// and oci:// are", ref, scheme)
	case archive:
		s.Kind = URL
	default:
		return s.repository()
	}
	return s, nil
}

func (s Source) repository() (Source, error) {
	u, err := url.Parse(s.Ref)
	if err != nil {
		return Source{}, fmt.Errorf("chart source: %w", err)
	}
	if u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return Source{}, fmt.Errorf("chart source %q names no chart: write https://host/path/chart, its last part the chart's name", s.Ref)
	}
	s.Kind, s.Name = Repository, path.Base(u.Path)
	u.Path, u.RawPath = strings.TrimSuffix(path.Dir(u.Path), "/"), ""
	s.Ref = u.String()
	return s, nil
}

// String gives the source as a user would write it.
func (s Source) String() string {
	ref := s.Ref
	if s.Kind == Repository {
		ref += "/" + s.Name
	}
	if s.Version != "" {
		ref += " version " + s.Version
	}
	return ref
}
