package tlsprobe

import (
	"bytes"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// verify judges a chain at the given moment: its trust first, then its name.
func (p *probe) verify(chain []*x509.Certificate) string {
	now := p.cfg.Now()
	result := trust(chain, p.cfg.RootCAs, now)
	if result != facts.ChainOK && p.cfg.NationalCAs != nil && trust(chain, p.cfg.NationalCAs, now) == facts.ChainOK {
		result = facts.ChainNationalRoot
	}
	if result == facts.ChainOK && chain[0].VerifyHostname(p.target.name) != nil {
		result = facts.ChainNameMismatch
	}
	return result
}

// trust finds the class of a chain. The library says only that a chain is bad; why is found by asking again with one
// condition after the other set aside: the use of the certificate, the moment.
func trust(chain []*x509.Certificate, roots *x509.CertPool, now time.Time) string {
	leaf, rest := chain[0], x509.NewCertPool()
	for _, c := range chain[1:] {
		rest.AddCert(c)
	}
	weak := false
	for _, at := range moments(chain, now) {
		for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny} {
			paths, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: rest, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage}})
			if err == nil {
				return condition(paths[0], now, usage)
			}
			weak = weak || refusedAsWeak(err)
		}
	}
	path := climb(chain)
	top := path[len(path)-1]
	switch {
	case selfSigned(leaf):
		return facts.ChainSelfSigned
	case selfSigned(top) && !anchors(top, roots):
		return facts.ChainUntrustedRoot
	case weak:
		return facts.ChainWeakSignature
	case len(path) > 1:
		return facts.ChainUntrustedRoot // servers rightly leave the root out; this one is not known
	}
	return facts.ChainIncomplete
}

// moments are now and the ends of each validity: if a chain was ever good, it was so at one of them.
func moments(chain []*x509.Certificate, now time.Time) []time.Time {
	at := []time.Time{now}
	for _, c := range chain {
		at = append(at, c.NotBefore, c.NotAfter)
	}
	return at
}

// condition names what had to be set aside for the path to be good.
func condition(path []*x509.Certificate, now time.Time, usage x509.ExtKeyUsage) string {
	early := false
	for _, c := range path {
		if now.After(c.NotAfter) {
			return facts.ChainExpired
		}
		early = early || now.Before(c.NotBefore)
	}
	switch {
	case early:
		return facts.ChainNotYetValid
	case usage == x509.ExtKeyUsageAny:
		return facts.ChainWrongUsage
	}
	return facts.ChainOK
}

// refusedAsWeak tells whether an issuer was at hand but its SHA-1 or MD5 signature was not accepted. The library
// mentions that in the text of an unknown authority alone.
func refusedAsWeak(err error) bool {
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &unknown) && strings.Contains(err.Error(), "insecure algorithm")
}

// climb follows the issuers from the server's own certificate as far as the sent ones reach.
func climb(chain []*x509.Certificate) []*x509.Certificate {
	path := chain[:1:1]
	for {
		last := path[len(path)-1]
		i := slices.IndexFunc(chain, func(c *x509.Certificate) bool {
			return bytes.Equal(c.RawSubject, last.RawIssuer) && !slices.ContainsFunc(path, c.Equal)
		})
		if i < 0 {
			return path
		}
		path = append(path, chain[i])
	}
}

func anchors(c *x509.Certificate, roots *x509.CertPool) bool {
	_, err := c.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: c.NotBefore, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}

func selfSigned(c *x509.Certificate) bool {
	if !bytes.Equal(c.RawSubject, c.RawIssuer) {
		return false
	}
	err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature)
	var insecure x509.InsecureAlgorithmError
	return err == nil || errors.As(err, &insecure) || errors.Is(err, x509.ErrUnsupportedAlgorithm)
}
