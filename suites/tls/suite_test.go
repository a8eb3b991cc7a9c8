// Package tls_test states what a release promises that speaks TLS: to whom it answers, whom it turns away, and that nothing of
// what the plaintext one promises is lost.
package tls_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"redis-e2e/internal/chart"
	"redis-e2e/internal/harness"
	"redis-e2e/internal/pki"
	"redis-e2e/internal/topology"
)

var env = harness.New("tls")

func TestTLS(t *testing.T) { env.Run(t) }

// detection is what may pass beyond down-after until writes are acknowledged again, as without TLS.
const detection = 4 * time.Second

// shapes runs the same spec for each topology.
var shapes = []TableEntry{
	Entry("standalone", topology.Spec{Shape: topology.Standalone, Fixture: "ephemeral"}),
	Entry("replication", topology.Spec{Shape: topology.Replication, Fixture: "replication"}),
	Entry("sentinel", topology.Spec{Shape: topology.Sentinel, Fixture: "sentinel"}),
}

// secured has the servers of a release show certificates of an authority, and demand them of clients.
func secured(spec topology.Spec, by topology.Identity, override ...chart.Values) topology.Spec {
	spec.Also = append(spec.Also, "tls")
	spec.Identity = &by
	spec.Override = chart.Merge(append([]chart.Values{spec.Override}, override...)...)
	return spec
}

// sentinels is a release whose master Sentinel watches over.
var sentinels = topology.Spec{Shape: topology.Sentinel, Fixture: "sentinel"}

// trusting is a strict client: it trusts this authority alone, and checks the name it dialled.
func trusting(a *pki.Authority, show ...tls.Certificate) *tls.Config {
	return &tls.Config{RootCAs: a.Pool(), Certificates: show, MinVersion: tls.VersionTLS12}
}

// certified has the authority issue a client's certificate.
func certified(a *pki.Authority, change ...func(*pki.Request)) tls.Certificate {
	GinkgoHelper()
	r := pki.Request{Name: "client"}
	for _, c := range change {
		c(&r)
	}
	pair, err := a.Issue(r)
	if err != nil {
		Fail("certificate: " + err.Error())
	}
	cert, err := pair.TLS()
	if err != nil {
		Fail("certificate: " + err.Error())
	}
	return cert
}

func expired(r *pki.Request) { r.NotAfter = time.Now().Add(-time.Minute) }
func rsa(r *pki.Request)     { r.RSA = true }

// on changes a client.
func on(c *tls.Config, change func(*tls.Config)) *tls.Config {
	c = c.Clone()
	change(c)
	return c
}

// names are those in a certificate, addresses too.
func names(c *x509.Certificate) []string {
	all := c.DNSNames
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	return all
}
