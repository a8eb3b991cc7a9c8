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
	Official string // the published image; what it resolves to goes into the report
	Suite    string // the Debian suite whose package has this line; empty if it can only be pulled
	Package  string // redis or valkey
}

// KubernetesLines are the lines that can be chosen, oldest first.
func KubernetesLines() []Kubernetes {
	return []Kubernetes{
		{"1.34", "1.34.4", "kindest/node:v1.34.0"},
		{"1.35", "1.35.4", "kindest/node:v1.35.0"},
		{"1.36", "1.36.3", "kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5"},
		{"1.37", "1.37.2", "kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5"},
	}
}

// RedisLines are the lines that can be chosen, oldest first.
func RedisLines() []Redis {
	return []Redis{
		{"6.0", "", "bullseye", "redis"},
		{"7.0", "docker.io/library/redis:7.0", "bookworm", "redis"},
		{"7.4", "docker.io/library/redis:7.4", "", "redis"},
		{"8.0", "docker.io/library/redis:8.0", "trixie", "redis"},
		{"valkey-8.1", "docker.io/valkey/valkey:8.1", "trixie", "valkey"},
	}
}

// FindKubernetes gives the line a user named; an unknown one is an error that lists the known ones.
func FindKubernetes(name string) (Kubernetes, error) {
	return find("Kubernetes", name, KubernetesLines(), func(k Kubernetes) string { return k.Minor })
}

// FindRedis gives the line a user named; an unknown one is an error that lists the known ones.
func FindRedis(name string) (Redis, error) {
	return find("Redis", name, RedisLines(), func(r Redis) string { return r.Line })
}

func find[T any](what, name string, all []T, nameOf func(T) string) (T, error) {
	known := make([]string, 0, len(all))
	for _, v := range all {
		if nameOf(v) == name {
			return v, nil
		}
		known = append(known, nameOf(v))
	}
	sort.Strings(known)
	var none T
	return none, fmt.Errorf("%s %q is not offered: use one of %s", what, name, strings.Join(known, ", "))
}
