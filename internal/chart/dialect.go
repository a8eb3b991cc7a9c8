package chart

import (
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/chartutil"

	"redis-e2e/internal/cluster"
)

// SecretKey addresses one entry of a Secret.
type SecretKey struct{ Name, Key string }

// Dialect says how one family of charts names the objects of a release.
type Dialect interface {
	// Fullname is the prefix of all other names.
	Fullname() string
	// PrimaryStatefulSet names the StatefulSet whose pod takes writes; with Sentinel, the one whose pods may.
	PrimaryStatefulSet() string
	// ReplicaStatefulSet names the StatefulSet of the replicas, which with Sentinel is PrimaryStatefulSet; empty when there are none.
	ReplicaStatefulSet() string
	// PrimaryService names the Service that clients write through; with Sentinel, the one they find Sentinel behind.
	PrimaryService() string
	// Sentinel says whom to ask for the master; false when nobody watches over the release.
	Sentinel() (Sentinel, bool)
	// Servers names every server pod that the values ask for.
	Servers() []cluster.PodName
	// HeadlessService names the Service that gives each pod a DNS name, ready or not.
	HeadlessService() string
	// PasswordSecret says where the password is; false means authentication is off.
	PasswordSecret() (SecretKey, bool)
	// TLS says which certificate the servers show; false means that they speak plaintext.
	TLS() (TLS, bool)
	// Metrics says where an exporter answers for each server; false when there is none.
	Metrics() (Metrics, bool)
	// Services names every Service that Redis or Sentinel answers behind.
	Services() []string
	// ClientLabel is the pod label, with value "true", that the chart's NetworkPolicy admits.
	ClientLabel() string
	// DataPVC names the claim of one pod's data.
	DataPVC(pod cluster.PodName) string
	// RedisContainer names the container the server runs in.
	RedisContainer() cluster.ContainerName
	// PrimarySelector matches the pods of PrimaryStatefulSet.
	PrimarySelector() map[string]string
	// ReleaseSelector matches every server pod of the release.
	ReleaseSelector() map[string]string
}

type bitnami struct {
	release  ReleaseName
	name     string
	fullname string
	secret   SecretKey
	auth     bool
	replicas int // StatefulSet replicas beside the master's; with Sentinel, all of them
	sentinel *Sentinel
	tls      *TLS
	metrics  *Metrics
}

// Bitnami is the dialect of the Bitnami redis chart and of our own, for a release with these values.
func Bitnami(c *Chart, release ReleaseName, v Values) (Dialect, error) {
	loaded, err := c.load()
	if err != nil {
		return nil, fmt.Errorf("chart %s %s: %w", c.Name, c.Version, err)
	}
	all, err := chartutil.CoalesceValues(loaded, Merge(v))
	if err != nil {
		return nil, fmt.Errorf("chart %s %s, its values: %w", c.Name, c.Version, err)
	}
	text := func(key string) string {
		found, _ := all.PathValue(key)
		s, _ := found.(string)
		return s
	}
	d := bitnami{release: release, name: label(firstOf(text("nameOverride"), c.Name))}
	d.fullname = string(release)
	if !strings.Contains(d.fullname, d.name) {
		d.fullname += "-" + d.name
	}
	d.fullname = label(firstOf(text("fullnameOverride"), d.fullname))

	auth, _ := all.PathValue("auth.enabled")
	d.auth = auth == true
	d.secret = SecretKey{Name: d.fullname, Key: "redis-password"}
	if existing := text("auth.existingSecret"); existing != "" {
		d.secret = SecretKey{Name: existing, Key: firstOf(text("auth.existingSecretPasswordKey"), d.secret.Key)}
	}
	if text("architecture") == "replication" {
		d.replicas = number(all, "replica.replicaCount")
		d.sentinel = sentinelOf(all, d.fullname)
	}
	d.tls, d.metrics = tlsOf(all, d.fullname), metricsOf(all, d.fullname)
	if d.sentinel != nil && d.replicas < 1 {
		return nil, fmt.Errorf("chart %s %s: with Sentinel, replica.replicaCount is the number of servers: %d cannot be", c.Name, c.Version, d.replicas)
	}
	return d, nil
}

func (d bitnami) Fullname() string                      { return d.fullname }
func (d bitnami) HeadlessService() string               { return d.fullname + "-headless" }
func (d bitnami) PasswordSecret() (SecretKey, bool)     { return d.secret, d.auth }
func (d bitnami) ClientLabel() string                   { return d.fullname + "-client" }
func (d bitnami) DataPVC(pod cluster.PodName) string    { return "redis-data-" + string(pod) }
func (d bitnami) RedisContainer() cluster.ContainerName { return "redis" }

func (d bitnami) PrimaryStatefulSet() string {
	if d.sentinel != nil {
		return d.fullname + "-node"
	}
	return d.fullname + "-master"
}

func (d bitnami) ReplicaStatefulSet() string {
	switch {
	case d.sentinel != nil:
		return d.PrimaryStatefulSet()
	case d.replicas > 0:
		return d.fullname + "-replicas"
	}
	return ""
}

func (d bitnami) PrimaryService() string {
	if d.sentinel != nil {
		return d.sentinel.Service
	}
	return d.fullname + "-master"
}

func (d bitnami) Sentinel() (Sentinel, bool) {
	if d.sentinel == nil {
		return Sentinel{}, false
	}
	return *d.sentinel, true
}

func (d bitnami) Services() []string {
	all := []string{d.HeadlessService(), d.PrimaryService()}
	if d.sentinel == nil && d.replicas > 0 {
		all = append(all, d.ReplicaStatefulSet())
	}
	return all
}

func (d bitnami) TLS() (TLS, bool) {
	if d.tls == nil {
		return TLS{}, false
	}
	return *d.tls, true
}

func (d bitnami) Metrics() (Metrics, bool) {
	if d.metrics == nil {
		return Metrics{}, false
	}
	return *d.metrics, true
}

func (d bitnami) Servers() []cluster.PodName {
	var all []cluster.PodName
	if d.sentinel == nil {
		all = append(all, cluster.PodName(d.PrimaryStatefulSet()+"-0"))
	}
	for i := range d.replicas {
		all = append(all, cluster.PodName(fmt.Sprintf("%s-%d", d.ReplicaStatefulSet(), i)))
	}
	return all
}

func (d bitnami) PrimarySelector() map[string]string {
	selector := d.ReleaseSelector()
	selector["app.kubernetes.io/component"] = "master"
	if d.sentinel != nil {
		selector["app.kubernetes.io/component"] = "node"
	}
	return selector
}

func (d bitnami) ReleaseSelector() map[string]string {
	return map[string]string{"app.kubernetes.io/name": d.name, "app.kubernetes.io/instance": string(d.release)}
}

// label is the charts' rule for a name that must fit a DNS label.
func label(name string) string {
	return strings.TrimSuffix(name[:min(len(name), 63)], "-")
}

func firstOf(preferred, fallback string) string {
	if preferred != "" {
		return preferred
	}
	return fallback
}
