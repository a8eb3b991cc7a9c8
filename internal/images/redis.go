package images

import (
	"context"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const redisRepository = "localhost/redis-e2e/redis"

// redisRootfs is the Debian suite's own Redis (or Valkey) with the tools that charts call in their scripts.
func redisRootfs(r Redis) rootfs {
	include := []string{"redis-server", "redis-tools"}
	if r.Package == "valkey" {
		include = []string{"valkey-server", "valkey-tools"}
	}
	return rootfs{
		Name: "redis-" + r.Line, Suite: r.Suite, Variant: "minbase",
		Include: append(include, "openssl", "hostname", "ca-certificates"),
	}
}

// image adds to it what charts rely on: the Sentinel command, folders that uid 1001 may write, and the shell
// functions the Bitnami chart sources in Sentinel mode.
func (r Redis) image(root string, base Artifact, baseDir string) (Artifact, string, error) {
	sum, err := hashSources(root, "images/redis", "internal/images/redis.go", "internal/images/assemble.go")
	if err != nil {
		return Artifact{}, "", err
	}
	inputs := []string{"redis image 1", base.Key(), sum}
	ref := redisRepository + ":" + r.Line + "-" + key(inputs...)
	return Artifact{
		Name: "image of Redis " + r.Line, Kind: "redis", Inputs: inputs,
		Build: func(_ context.Context, dir string) error {
			add, err := redisEntries(root, r)
			if err != nil {
				return err
			}
			return assembleInto(dir, recipe{
				Refs: []string{ref}, Base: filepath.Join(baseDir, rootfsTar), Add: add,
				Config: v1.Config{
					Env:        []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"},
					User:       "1001",
					WorkingDir: "/data",
					Cmd:        []string{"redis-server", "--bind", "*", "--protected-mode", "no"},
				},
			})
		},
	}, ref, nil
}

func redisEntries(root string, r Redis) ([]entry, error) {
	const uid = 1001
	var add []entry
	if r.Package == "valkey" {
		for _, tool := range []string{"server", "cli", "benchmark"} {
			add = append(add, entry{Path: "usr/bin/redis-" + tool, Link: "valkey-" + tool})
		}
	}
	// argv[0] decides whether the server is a Sentinel
	add = append(add, entry{Path: "usr/local/bin/redis-sentinel", Link: "/usr/bin/redis-server"})
	for _, dir := range []string{"data", "opt/bitnami/redis/etc", "opt/bitnami/redis/tmp", "opt/bitnami/redis-sentinel/etc", "opt/bitnami/redis-sentinel/tmp"} {
		add = append(add, entry{Path: dir, Dir: true, Mode: 0o775, UID: uid})
	}
	dir := filepath.Join(root, "images", "redis", "scripts")
	scripts, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, s := range scripts {
		add = append(add, entry{Path: "opt/bitnami/scripts/" + s.Name(), From: filepath.Join(dir, s.Name()), Mode: 0o644})
	}
	return add, nil
}
