package pki

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
)

// Pair is a certificate and its key in PEM. It prints as its subject: a key must not reach a log.
type Pair struct{ Cert, Key []byte }

// String names whom the certificate is for, never the key.
func (p Pair) String() string {
	leaf, err := p.Leaf()
	if err != nil {
		return err.Error()
	}
	return "certificate of " + leaf.Subject.CommonName
}

// GoString is String, for %#v.
func (p Pair) GoString() string { return p.String() }

// TLS is the pair as a client or a server shows it.
func (p Pair) TLS() (tls.Certificate, error) { return tls.X509KeyPair(p.Cert, p.Key) }

// Leaf is the certificate, to be read.
func (p Pair) Leaf() (*x509.Certificate, error) {
	cert, err := p.TLS()
	if err != nil {
		return nil, fmt.Errorf("pair: %w", err)
	}
	return x509.ParseCertificate(cert.Certificate[0])
}

// Trust reads the authorities' certificates of a PEM bundle; none is an error.
func Trust(bundle []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(bundle) {
		return nil, errors.New("no certificate in this bundle of authorities")
	}
	return pool, nil
}
