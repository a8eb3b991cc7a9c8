package images

import (
	"context"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const exporterRepository = "localhost/redis-e2e/redis-exporter"

// exporterOfficial is the published image of Prometheus' usual exporter, pinned by digest.
const exporterOfficial = "docker.io/oliver006/redis_exporter:v1.87.0-alpine@sha256:1a286dba9547b0aa3ebd4e4106fa52ad67c754dcd7cb744eb745e41d48b252ad"

// exporterRootfs is Debian's package of the same exporter, with a shell, through which some charts start it.
func exporterRootfs() rootfs {
	return rootfs{Name: "exporter", Suite: "trixie", Variant: "extract", Include: []string{"base-files", "bash", "prometheus-redis-exporter"}}
}

// exporterImage names the program as its own project does.
func exporterImage(base Artifact, baseDir string) (Artifact, string) {
	const program = "usr/local/bin/redis_exporter"
	inputs := []string{"exporter image 1", base.Key(), program}
	ref := exporterRepository + ":" + key(inputs...)
	return Artifact{
		Name: "image of the exporter", Kind: "exporter", Inputs: inputs,
		Build: func(_ context.Context, dir string) error {
			return assembleInto(dir, recipe{
				Refs: []string{ref}, Base: filepath.Join(baseDir, rootfsTar),
				Add: []entry{{Path: program, Link: "/usr/bin/prometheus-redis-exporter"}},
				Config: v1.Config{
					Env:        []string{"PATH=/usr/local/bin:/usr/bin:/bin"},
					User:       "1001",
					Entrypoint: []string{"/" + program},
				},
			})
		},
	}, ref
}

func (r Request) buildExporter(ctx context.Context) (Image, error) {
	base := exporterRootfs().artifact()
	dir, err := r.store().Ensure(ctx, base)
	if err != nil {
		return Image{}, err
	}
	a, ref := exporterImage(base, dir)
	return r.finish(ctx, a, ref)
}
