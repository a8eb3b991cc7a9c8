package pki

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// greet has a client of this configuration greet a server that shows pair.
func greet(t *testing.T, pair Pair, config *tls.Config) error {
	t.Helper()
	cert, err := pair.TLS()
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err == nil {
			_ = conn.(*tls.Conn).HandshakeContext(t.Context())
			conn.Close()
		}
	}()
	conn, err := (&tls.Dialer{Config: config}).DialContext(t.Context(), "tcp", l.Addr().String())
	if err == nil {
		conn.Close()
	}
	return err
}

func authority(t *testing.T, name string) *Authority {
	t.Helper()
	a, err := NewAuthority(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func issue(t *testing.T, a *Authority, r Request) Pair {
	t.Helper()
	p, err := a.Issue(r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAStrictClientAcceptsExactlyTheNamesAsked(t *testing.T) {
	ours := authority(t, "ours")
	pair := issue(t, ours, Request{Name: "server", Hosts: []string{"redis", "*.redis-headless.ns.svc", "127.0.0.1"}})
	for host, want := range map[string]bool{
		"redis": true, "redis-0.redis-headless.ns.svc": true, "127.0.0.1": true, "redis-1": false, "127.0.0.2": false,
	} {
		err := greet(t, pair, &tls.Config{RootCAs: ours.Pool(), ServerName: host})
		if _, refused := errors.AsType[x509.HostnameError](err); refused == want || want && err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestAnAddressIsAnAddressInTheCertificate(t *testing.T) {
	leaf, err := issue(t, authority(t, "ours"), Request{Name: "server", Hosts: []string{"127.0.0.1", "redis"}}).Leaf()
	if err != nil {
		t.Fatal(err)
	}
	if len(leaf.IPAddresses) != 1 || !leaf.IPAddresses[0].Equal(net.IPv4(127, 0, 0, 1)) || len(leaf.DNSNames) != 1 {
		t.Errorf("addresses %v, names %v", leaf.IPAddresses, leaf.DNSNames)
	}
}

func TestOthersAndTheExpiredAreRefused(t *testing.T) {
	ours, theirs := authority(t, "ours"), authority(t, "theirs")
	good := issue(t, ours, Request{Name: "server", Hosts: []string{"redis"}})
	old := issue(t, ours, Request{Name: "server", Hosts: []string{"redis"}, NotAfter: time.Now().Add(-time.Minute)})
	if err := greet(t, good, &tls.Config{RootCAs: theirs.Pool(), ServerName: "redis"}); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("another authority: %v", err)
	}
	if err := greet(t, old, &tls.Config{RootCAs: ours.Pool(), ServerName: "redis"}); err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("expired: %v", err)
	}
	earlier := func() time.Time { return time.Now().Add(-2 * time.Minute) }
	if err := greet(t, old, &tls.Config{RootCAs: ours.Pool(), ServerName: "redis", Time: earlier}); err != nil {
		t.Errorf("before it expired: %v", err)
	}
}

func TestAKeyPrintsAsItsSubject(t *testing.T) {
	pair := issue(t, authority(t, "ours"), Request{Name: "server", RSA: true})
	for _, text := range []string{fmt.Sprint(pair), fmt.Sprintf("%+v", pair), fmt.Sprintf("%#v", pair)} {
		if text != "certificate of server" {
			t.Errorf("printed %q", text)
		}
	}
}

func TestABundleWithoutACertificateIsNamed(t *testing.T) {
	if _, err := Trust([]byte("no PEM")); err == nil {
		t.Error("accepted")
	}
	if _, err := Trust(authority(t, "ours").PEM); err != nil {
		t.Error(err)
	}
}
