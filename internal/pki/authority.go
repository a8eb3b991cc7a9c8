package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"time"
)

// An authority and what it issues are valid for a day, from an hour ago: clocks of nodes differ.
const (
	backdate = time.Hour
	lifetime = 24 * time.Hour
)

// Authority is a certificate authority whose key stays in this process.
type Authority struct {
	PEM  []byte // its certificate
	cert *x509.Certificate
	key  crypto.Signer
}

// NewAuthority makes an authority of this common name.
func NewAuthority(name string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("authority %s: %w", name, err)
	}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-backdate), NotAfter: time.Now().Add(lifetime),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("authority %s: %w", name, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("authority %s: %w", name, err)
	}
	return &Authority{PEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), cert: cert, key: key}, nil
}

// Pool trusts this authority alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// Request says what a certificate shall hold. It serves servers and clients alike, as a Redis server is both.
type Request struct {
	Name      string    // common name
	Hosts     []string  // DNS names, wildcards too, and addresses, each as what it is
	NotBefore time.Time // zero: an hour ago
	NotAfter  time.Time // zero: in a day
	RSA       bool      // a 2048-bit RSA key instead of P-256: weak ciphers that need one are refused for their own sake then
}

// Issue makes a key and signs its certificate.
func (a *Authority) Issue(r Request) (Pair, error) {
	key, err := r.key()
	if err != nil {
		return Pair{}, fmt.Errorf("certificate %s: %w", r.Name, err)
	}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: r.Name}, NotBefore: orElse(r.NotBefore, -backdate), NotAfter: orElse(r.NotAfter, lifetime),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, host := range r.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return Pair{}, fmt.Errorf("certificate %s: %w", r.Name, err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, fmt.Errorf("certificate %s: %w", r.Name, err)
	}
	return Pair{
		Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		Key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}, nil
}

func (r Request) key() (crypto.Signer, error) {
	if r.RSA {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

func orElse(t time.Time, fromNow time.Duration) time.Time {
	if t.IsZero() {
		return time.Now().Add(fromNow)
	}
	return t
}
