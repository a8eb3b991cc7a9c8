package harness

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"redis-e2e/internal/pki"
	"redis-e2e/internal/topology"
)

// Authority makes a certificate authority for one spec.
func (e *Env) Authority(name string) *pki.Authority {
	ginkgo.GinkgoHelper()
	a, err := pki.NewAuthority(name)
	must(err, "authority")
	return a
}

// Rotate replaces the certificate of the servers by a new one of the same authority, and restarts them one after the other.
func (e *Env) Rotate(ctx ginkgo.SpecContext, d *topology.Deployment) {
	ginkgo.GinkgoHelper()
	secret, err := e.identity(d)
	must(err, "rotate")
	_, err = e.Cluster.Client.CoreV1().Secrets(string(d.Namespace)).Update(ctx, secret, metav1.UpdateOptions{})
	must(err, "rotate")
	e.Rollout(ctx, d)
}

// identify puts the certificate of the release's servers where its values expect it.
func (e *Env) identify(ctx context.Context, d *topology.Deployment) error {
	if d.Identity == nil {
		return nil
	}
	secret, err := e.identity(d)
	if err != nil {
		return err
	}
	_, err = e.Cluster.Client.CoreV1().Secrets(string(d.Namespace)).Create(ctx, secret, metav1.CreateOptions{})
	return err
}

// identity issues the certificate, with a new key each time.
func (e *Env) identity(d *topology.Deployment) (*corev1.Secret, error) {
	keys, on := d.Dialect.TLS()
	if !on || d.Identity == nil {
		return nil, errors.New("the spec gives its servers no identity, or the values enable no TLS")
	}
	pair, err := d.Identity.Authority.Issue(d.Request())
	if err != nil {
		return nil, err
	}
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: keys.Secret}, Data: map[string][]byte{
		keys.Cert: pair.Cert, keys.Key: pair.Key, keys.CA: d.Identity.Authority.PEM,
	}}, nil
}

// trust makes this process a client that the release's servers admit: it trusts the authority in their Secret, and shows a
// certificate of its own where the spec has the authority's key, else theirs.
func (e *Env) trust(ctx context.Context, d *topology.Deployment) error {
	keys, on := d.Dialect.TLS()
	if !on {
		return nil
	}
	secret, err := e.Cluster.Client.CoreV1().Secrets(string(d.Namespace)).Get(ctx, keys.Secret, metav1.GetOptions{})
	if err != nil {
		return err
	}
	pool, err := pki.Trust(secret.Data[keys.CA])
	if err != nil {
		return fmt.Errorf("secret %s, key %s: %w", keys.Secret, keys.CA, err)
	}
	own := pki.Pair{Cert: secret.Data[keys.Cert], Key: secret.Data[keys.Key]}
	if d.Identity != nil {
		if own, err = d.Identity.Authority.Issue(pki.Request{Name: "client"}); err != nil {
			return err
		}
	}
	cert, err := own.TLS()
	if err != nil {
		return fmt.Errorf("secret %s: %w", keys.Secret, err)
	}
	d.TLS = &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	return nil
}
