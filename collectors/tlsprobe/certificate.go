package tlsprobe

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	leastRSA = 2048
	maxText  = 300 // characters of a name that a server chose
	maxNames = 200
)

// otherAlgorithms names what the standard library only knows by number.
var otherAlgorithms = map[string]string{
	"1.2.643.2.2.19":    "GOST R 34.10-2001",
	"1.2.643.2.2.3":     "GOST R 34.10-2001",
	"1.2.643.7.1.1.1.1": "GOST R 34.10-2012 (256)",
	"1.2.643.7.1.1.1.2": "GOST R 34.10-2012 (512)",
	"1.2.643.7.1.1.3.2": "GOST R 34.10-2012 (256)",
	"1.2.643.7.1.1.3.3": "GOST R 34.10-2012 (512)",
}

// describeChain writes what the chain says about the host as a whole.
func (p *probe) describeChain(e *facts.Endpoint, chain []*x509.Certificate) {
	if len(chain) == 0 { // the server is there, its certificate was not seen
		e.Verification = facts.Unknown[string](facts.Failed)
		e.NotBefore, e.NotAfter = facts.Unknown[time.Time](facts.Failed), facts.Unknown[time.Time](facts.Failed)
		e.LifetimeDays = facts.Unknown[int](facts.Failed)
		e.Issuer = facts.Unknown[string](facts.Failed)
		e.Names = facts.Unknown[[]string](facts.Failed)
		for _, field := range []*facts.Known[bool]{&e.NameMatches, &e.WeakKey, &e.WeakSignature} {
			*field = facts.Unknown[bool](facts.Failed)
		}
		return
	}
	leaf := chain[0]
	e.Verification = facts.Of(p.verify(chain))
	e.NotBefore, e.NotAfter = facts.Of(leaf.NotBefore.UTC()), facts.Of(leaf.NotAfter.UTC())
	// The last second belongs to the validity, so 90 days end at 23:59:59.
	e.LifetimeDays = facts.Of(int((leaf.NotAfter.Sub(leaf.NotBefore) + time.Second) / (24 * time.Hour)))
	e.Issuer = facts.Of(printable(leaf.Issuer.String()))
	e.Names = facts.Of(names(leaf))
	e.NameMatches = facts.Of(leaf.VerifyHostname(p.target.name) == nil)
	e.WeakKey = weakKeys(chain)
	e.WeakSignature = facts.Of(slices.ContainsFunc(chain, func(c *x509.Certificate) bool {
		// Nobody relies on the signature of a root; on that of a self-signed server certificate everybody must.
		return weakSignature(c) && (c == leaf || !selfSigned(c))
	}))
}

func weakKeys(chain []*x509.Certificate) facts.Known[bool] {
	unreadable := false
	for _, c := range chain {
		kind, bits := key(c)
		switch {
		case kind == "RSA" && bits < leastRSA, kind == "DSA":
			return facts.Of(true)
		case c.PublicKey == nil && !strings.HasPrefix(kind, "GOST"):
			unreadable = true
		}
	}
	if unreadable {
		return facts.Unknown[bool](facts.NotSupported)
	}
	return facts.Of(false)
}

func weakSignature(c *x509.Certificate) bool {
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return true
	}
	return false
}

// certificates makes a record of each certificate in the order in which it was sent.
func (p *probe) certificates(chain []*x509.Certificate) []*facts.Certificate {
	records := make([]*facts.Certificate, len(chain))
	for i, c := range chain {
		kind, bits := key(c)
		sum := sha256.Sum256(c.Raw)
		records[i] = &facts.Certificate{
			Host: p.target.String(), Position: i, Source: p.cfg.Source,
			Subject: printable(c.Subject.String()), Issuer: printable(c.Issuer.String()), Fingerprint: hex.EncodeToString(sum[:]),
			NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
			Signature: signature(c), KeyType: kind, KeyBits: bits,
			Names: names(c), IsCA: c.IsCA, SelfSigned: selfSigned(c),
		}
	}
	return records
}

// names lists the host names and addresses a certificate is for.
func names(c *x509.Certificate) []string {
	list := []string{}
	for _, n := range c.DNSNames {
		list = append(list, printable(n))
	}
	for _, ip := range c.IPAddresses {
		list = append(list, ip.String())
	}
	return list[:min(len(list), maxNames)]
}

func key(c *x509.Certificate) (kind string, bits int) {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return "RSA", k.N.BitLen()
	case *ecdsa.PublicKey:
		return "ECDSA", k.Curve.Params().BitSize
	case ed25519.PublicKey:
		return "Ed25519", 8 * len(k)
	}
	if c.PublicKeyAlgorithm == x509.DSA {
		return "DSA", 0
	}
	var spki struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.RawSubjectPublicKeyInfo, &spki); err != nil {
		return "unknown", 0
	}
	return algorithm(spki.Algorithm.Algorithm), 0
}

func signature(c *x509.Certificate) string {
	if c.SignatureAlgorithm != x509.UnknownSignatureAlgorithm {
		return c.SignatureAlgorithm.String()
	}
	var cert struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.Raw, &cert); err != nil {
		return "unknown"
	}
	return algorithm(cert.Algorithm.Algorithm)
}

func algorithm(oid asn1.ObjectIdentifier) string {
	if name, ok := otherAlgorithms[oid.String()]; ok {
		return name
	}
	return "algorithm " + oid.String()
}

// printable makes text that a server chose safe to keep: one line, no control characters, bounded.
func printable(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > maxText {
			b.WriteString("…")
			break
		}
		if !unicode.IsPrint(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}
