package chart

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"helm.sh/helm/v3/pkg/repo"
	"sigs.k8s.io/yaml"
)

// maxDownload bounds what a source may send, in bytes: far above any chart or index, far below the memory of a test machine.
const maxDownload = 256 << 20

// fromRepository picks the chart in the repository's index.yaml and downloads it; a newer index may point into an OCI registry.
func fromRepository(ctx context.Context, s Source, o OpenOptions) (archive, error) {
	data, err := o.get(ctx, s.Ref+"/index.yaml")
	if err != nil {
		return archive{}, err
	}
	index := repo.NewIndexFile()
	if err := yaml.Unmarshal(data, index); err != nil {
		return archive{}, fmt.Errorf("%s/index.yaml is not a Helm repository's index: %w", s.Ref, err)
	}
	index.SortEntries()
	entry, err := index.Get(s.Name, s.Version)
	if err != nil {
		return archive{}, fmt.Errorf("%w in %s/index.yaml: %s", err, s.Ref, known(index, s.Name))
	}
	if len(entry.URLs) == 0 {
		return archive{}, fmt.Errorf("%s/index.yaml gives no address for %s %s", s.Ref, s.Name, entry.Version)
	}
	ref, err := repo.ResolveReferenceURL(s.Ref+"/", entry.URLs[0])
	if err != nil {
		return archive{}, err
	}
	if strings.HasPrefix(ref, "oci://") {
		return fromRegistry(ctx, Source{Kind: OCI, Ref: ref, Version: entry.Version}, o)
	}
	a := archive{ref: ref}
	if a.data, err = o.get(ctx, ref); err != nil {
		return archive{}, err
	}
	if want := strings.TrimPrefix(entry.Digest, "sha256:"); want != "" && digestOf(a.data) != "sha256:"+want {
		return archive{}, fmt.Errorf("%s is %s, but the index promises sha256:%s: the repository is inconsistent", ref, digestOf(a.data), want)
	}
	return a, nil
}

func known(index *repo.IndexFile, name string) string {
	var charts, versions []string
	for chart := range index.Entries {
		charts = append(charts, chart)
	}
	for _, v := range index.Entries[name] {
		versions = append(versions, v.Version)
	}
	if len(versions) == 0 {
		return "it has the charts " + shortList(charts)
	}
	return "it has the versions " + shortList(versions)
}

func (o OpenOptions) get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := (&http.Client{Transport: o.Transport}).Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() // nothing is lost: it was only read
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET %s answered %s: check the address", url, resp.Status)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxDownload+1))
	if err != nil {
		return nil, fmt.Errorf("GET %s: %w", url, err)
	}
	if len(data) > maxDownload {
		return nil, fmt.Errorf("GET %s sends more than %d MiB: it is no chart", url, maxDownload>>20)
	}
	return data, nil
}
