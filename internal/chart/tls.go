package chart

import "helm.sh/helm/v3/pkg/chartutil"

// TLS is where a release keeps the certificate that its servers show, as its values have it.
type TLS struct {
	Secret      string
	Cert        string // keys of that Secret
	Key         string
	CA          string
	AuthClients bool // a client must show a certificate too
}

// tlsOf is nil when the values enable no TLS.
func tlsOf(v chartutil.Values, fullname string) *TLS {
	if on, _ := v.PathValue("tls.enabled"); on != true {
		return nil
	}
	text := func(key string) string {
		found, _ := v.PathValue("tls." + key)
		s, _ := found.(string)
		return s
	}
	auth, _ := v.PathValue("tls.authClients")
	t := &TLS{Secret: fullname + "-crt", Cert: "tls.crt", Key: "tls.key", CA: "ca.crt", AuthClients: auth == true}
	if existing := text("existingSecret"); existing != "" {
		t.Secret, t.Cert, t.Key, t.CA = existing, text("certFilename"), text("certKeyFilename"), text("certCAFilename")
	}
	return t
}
