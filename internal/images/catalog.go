package images

import (
	"fmt"
	"sort"
	"strings"
)

// Kubernetes is one offered Kubernetes line.
type Kubernetes struct {
	Minor   string // as the user names it, for example 1.37
	Version string // the release that is built from Go modules, without the v
	Node    string // kind's published node image of that line, pinned by digest
}

// Redis is one offered Redis line.
type Redis struct {
	Line     string // as the user names it, for example 8.0 or valkey-8.1
	Official string // the published image, pinned by digest; empty if it can only be built
	Suite    string // the Debian suite whose package has this line; empty if it can only be pulled
	Package  string // redis or valkey
	RDB      int    // version of the RDB format it writes; a server reads no later one (RDB_VERSION in rdb.h)
}

// KubernetesLines are the lines that can be chosen, oldest first.
func KubernetesLines() []Kubernetes {
	return []Kubernetes{
		{"1.34", "1.34.4", "kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a"},
		{"1.35", "1.35.4", "kindest/node:v1.35.0@sha256:452d707d4862f52530247495d180205e029056831160e22870e37e3f6c1ac31f"},
		{"1.36", "1.36.3", "kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5"},
		{"1.37", "1.37.2", "kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5"},
	}
}

// RedisLines are the lines that can be chosen, oldest first.
func RedisLines() []Redis {
	return []Redis{
		{"6.0", "", "bullseye", "redis", 9},
		{"7.0", "docker.io/library/redis:7.0@sha256:5050c3b85c308ec9e9eafb8ac7b3a8742a61cdb298d79851141a500491d45baf", "bookworm", "redis", 10},
		{"7.4", "docker.io/library/redis:7.4@sha256:71da9275c5f3fcb97d0fa0c8c5b36cc995327265420f17a04bfd544f458059f7", "", "redis", 12},
		{"8.0", "docker.io/library/redis:8.0.2@sha256:b43d2dcbbdb1f9e1582e3a0f37e53bf79038522ccffb56a25858969d7a9b6c11", "trixie", "redis", 12},
		{"valkey-8.1", "docker.io/valkey/valkey:8.1@sha256:495e4fecdc98ee48a20b207726caa5ab6451e0fac3642a9be10d9e70b3068df6", "trixie", "valkey", 11},
	}
}

// FindKubernetes gives the line a user named; an unknown one is an error that lists the known ones.
func FindKubernetes(name string) (Kubernetes, error) {
	return find("Kubernetes", name, KubernetesLines())
}

// FindRedis gives the line a user named; an unknown one is an error that lists the known ones.
func FindRedis(name string) (Redis, error) {
	return find("Redis", name, RedisLines())
}

// older gives the line to upgrade from: the newest that mode offers whose files r reads and that cannot read r's.
func (r Redis) older(mode string) (Redis, bool) {
	var found Redis
	for _, l := range RedisLines() {
		if l.Package == r.Package && l.RDB < r.RDB && l.offered(mode) == nil {
			found = l
		}
	}
	return found, found.Line != ""
}

// offered says whether the line can be had by mode, pull or build; the error names the lines or the mode that can.
func (r Redis) offered(mode string) error {
	switch {
	case mode == "pull" && r.Official == "":
		return fmt.Errorf("redis %s can only be built: no published image is offered for it; use --images=build", r.Line)
	case mode == "build" && r.Suite == "":
		return fmt.Errorf("redis %s can only be pulled: no Debian release has it; use --images=pull, or --redis with one of %s",
			r.Line, strings.Join(buildable(), ", "))
	}
	return nil
}

func buildable() []string {
	var lines []string
	for _, l := range RedisLines() {
		if l.Suite != "" {
			lines = append(lines, l.Line)
		}
	}
	return lines
}

func (k Kubernetes) name() string { return k.Minor }

func (r Redis) name() string { return r.Line }

func find[T interface{ name() string }](what, name string, all []T) (T, error) {
	known := make([]string, 0, len(all))
	for _, v := range all {
		if v.name() == name {
			return v, nil
		}
		known = append(known, v.name())
	}
	sort.Strings(known)
	var none T
	return none, fmt.Errorf("%s %q is not offered: use one of %s", what, name, strings.Join(known, ", "))
}
