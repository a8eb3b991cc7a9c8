package chart

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// chartLayer is the media type Helm gives the one layer that is the chart's archive.
const chartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"

// fromRegistry pulls a chart by tag or digest. Not by Helm's own client: that one cannot be cancelled.
func fromRegistry(ctx context.Context, s Source, o OpenOptions) (archive, error) {
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	if o.Transport != nil {
		options = append(options, remote.WithTransport(o.Transport))
	}
	ref, err := s.reference(o, options)
	if err != nil {
		return archive{}, err
	}
	image, err := remote.Image(ref, options...)
	if err != nil {
		return archive{}, fmt.Errorf("pull %s: %w", ref, err)
	}
	layers, err := image.Layers()
	if err != nil {
		return archive{}, fmt.Errorf("pull %s: %w", ref, err)
	}
	for _, layer := range layers {
		if kind, err := layer.MediaType(); err != nil || kind != chartLayer {
			continue
		}
		content, err := layer.Compressed()
		if err != nil {
			return archive{}, fmt.Errorf("pull %s: %w", ref, err)
		}
		defer content.Close() // nothing is lost: it was only read
		data, err := io.ReadAll(io.LimitReader(content, maxDownload))
		return archive{data: data, ref: "oci://" + ref.Name()}, err
	}
	return archive{}, fmt.Errorf("%s is an image, not a Helm chart: it has no layer of type %s", ref, chartLayer)
}

// reference adds the version, or else the newest stable one, to an address that has no tag or digest of its own.
func (s Source) reference(o OpenOptions, options []remote.Option) (name.Reference, error) {
	var strictness []name.Option
	if o.PlainHTTP {
		strictness = append(strictness, name.Insecure)
	}
	address := strings.TrimPrefix(s.Ref, "oci://")
	repository, err := name.NewRepository(address, strictness...)
	switch {
	case err != nil: // not a bare repository: it must have its own tag or digest
		ref, err := name.ParseReference(address, strictness...)
		if err == nil && s.Version != "" && ref.Identifier() != tagOf(s.Version) {
			err = fmt.Errorf("%s already says which one: drop version %s", s.Ref, s.Version)
		}
		return ref, err
	case s.Version != "":
		return repository.Tag(tagOf(s.Version)), nil
	}
	tags, err := remote.List(repository, options...)
	if err != nil {
		return nil, fmt.Errorf("list the versions of %s: %w", repository, err)
	}
	newest, ok := newestStable(tags)
	if !ok {
		return nil, fmt.Errorf("%s has no stable version among the tags %s: name a version", repository, shortList(tags))
	}
	return repository.Tag(newest), nil
}

// tagOf is Helm's rule: a tag cannot hold the plus sign of a version.
func tagOf(version string) string { return strings.ReplaceAll(version, "+", "_") }

func newestStable(tags []string) (string, bool) {
	var newest *semver.Version
	var found string
	for _, tag := range tags {
		v, err := semver.StrictNewVersion(strings.ReplaceAll(tag, "_", "+"))
		if err == nil && v.Prerelease() == "" && (newest == nil || v.GreaterThan(newest)) {
			newest, found = v, tag
		}
	}
	return found, newest != nil
}

// shortList names up to ten, so that an error about a large repository stays readable.
func shortList(names []string) string {
	slices.Sort(names)
	if len(names) > 10 {
		return strings.Join(names[:10], ", ") + fmt.Sprintf(" and %d more", len(names)-10)
	}
	return strings.Join(names, ", ")
}
