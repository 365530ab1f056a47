package tlsprobe

import (
	"crypto/x509"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestChains(t *testing.T) {
	root := issue(t, nil, "ecdsa", authority("Root", nil))
	strange := issue(t, nil, "ecdsa", authority("Strange Root", nil))
	national := issue(t, nil, "ecdsa", authority("National Root", nil))
	oldRoot := issue(t, nil, "rsa", authority("Old Root", sha1))
	mid := issue(t, root, "ecdsa2", authority("Mid", nil))
	rsaMid := issue(t, root, "rsa", authority("RSA Mid", nil))
	strangeMid := issue(t, strange, "ecdsa2", authority("Strange Mid", nil))
	lateMid := issue(t, root, "ecdsa2", authority("Late Mid", func(c *x509.Certificate) { c.NotAfter = judged.Add(-day) }))
	sha1Mid := issue(t, oldRoot, "ecdsa2", authority("SHA-1 Mid", sha1))
	forgedMid := issue(t, issue(t, nil, "attacker", authority("Root", nil)), "ecdsa2", authority("Mid", nil))
	at := func(from, to time.Duration) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = judged.Add(from), judged.Add(to) }
	}
	leaf := func(parent *issued, change func(*x509.Certificate)) *issued { return issue(t, parent, "ecdsa", change) }
	named := func(names ...string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.DNSNames = names }
	}
	for _, tc := range []struct {
		name          string
		chain         []*issued
		want          string
		weakKey, weak bool
		otherName     bool
	}{
		{name: "good", chain: []*issued{leaf(mid, nil), mid}, want: facts.ChainOK},
		{name: "good with its root", chain: []*issued{leaf(mid, nil), mid, root}, want: facts.ChainOK},
		{name: "good but misordered", chain: []*issued{leaf(mid, nil), root, mid}, want: facts.ChainOK},
		{name: "wildcard", chain: []*issued{leaf(root, named("*.example"))}, want: facts.ChainOK},
		{name: "soon", chain: []*issued{leaf(root, at(-82*day, 8*day))}, want: facts.ChainOK},
		{name: "old root signature", chain: []*issued{leaf(oldRoot, nil), oldRoot}, want: facts.ChainOK},
		{name: "Ed25519", chain: []*issued{issue(t, root, "ed25519", nil)}, want: facts.ChainOK},
		{name: "expired", chain: []*issued{leaf(mid, at(-99*day, -day)), mid}, want: facts.ChainExpired},
		{name: "expired this second", chain: []*issued{leaf(root, at(-99*day, -time.Second))}, want: facts.ChainExpired},
		{name: "expired intermediate", chain: []*issued{leaf(lateMid, nil), lateMid}, want: facts.ChainExpired},
		{name: "expired and for another use", chain: []*issued{leaf(root, func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
			at(-9*day, -day)(c)
		})}, want: facts.ChainExpired},
		{name: "not yet valid", chain: []*issued{leaf(root, at(day, 9*day))}, want: facts.ChainNotYetValid},
		{name: "self-signed", chain: []*issued{leaf(nil, nil)}, want: facts.ChainSelfSigned},
		{name: "self-signed and expired", chain: []*issued{leaf(nil, at(-9*day, -day))}, want: facts.ChainSelfSigned},
		{name: "self-signed SHA-1", chain: []*issued{issue(t, nil, "rsa", sha1)}, want: facts.ChainSelfSigned, weak: true},
		{name: "untrusted root", chain: []*issued{leaf(strange, nil), strange}, want: facts.ChainUntrustedRoot},
		{name: "untrusted root left out", chain: []*issued{leaf(strangeMid, nil), strangeMid}, want: facts.ChainUntrustedRoot},
		{name: "same name, other key", chain: []*issued{leaf(forgedMid, nil), forgedMid}, want: facts.ChainUntrustedRoot},
		{name: "national root", chain: []*issued{leaf(national, nil)}, want: facts.ChainNationalRoot},
		{name: "incomplete", chain: []*issued{leaf(mid, nil)}, want: facts.ChainIncomplete},
		{name: "incomplete, with a stray one", chain: []*issued{leaf(mid, nil), rsaMid}, want: facts.ChainIncomplete},
		{name: "wrong name", chain: []*issued{leaf(root, named("other.example"))}, want: facts.ChainNameMismatch, otherName: true},
		{name: "common name only", chain: []*issued{leaf(root, named())}, want: facts.ChainNameMismatch, otherName: true},
		{name: "wrong name and expired", chain: []*issued{leaf(root, func(c *x509.Certificate) {
			named("other.example")(c)
			at(-9*day, -day)(c)
		})}, want: facts.ChainExpired, otherName: true},
		{name: "SHA-1 leaf", chain: []*issued{leaf(rsaMid, sha1), rsaMid}, want: facts.ChainWeakSignature, weak: true},
		{name: "SHA-1 intermediate", chain: []*issued{leaf(sha1Mid, nil), sha1Mid}, want: facts.ChainWeakSignature, weak: true},
		{name: "SHA-1 and expired", chain: []*issued{leaf(rsaMid, func(c *x509.Certificate) { sha1(c); at(-9*day, -day)(c) }), rsaMid}, want: facts.ChainWeakSignature, weak: true},
		{name: "for clients only", chain: []*issued{leaf(root, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })}, want: facts.ChainWrongUsage},
		{name: "RSA-1024", chain: []*issued{issue(t, root, "rsa1024", nil)}, want: facts.ChainOK, weakKey: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			cfg := settings(t, pool(root, oldRoot), site{chain: tc.chain, plain: toHTTPS}.serve(t))
			cfg.NationalCAs = pool(national)
			m := collect(t, cfg)
			e := only(t, m)
			require.Equal(t, tc.want, value(t, e.Verification))
			require.Equal(t, !tc.otherName, value(t, e.NameMatches))
			require.Equal(t, tc.weakKey, value(t, e.WeakKey))
			require.Equal(t, tc.weak, value(t, e.WeakSignature))
			require.Equal(t, tc.chain[0].NotAfter.UTC(), value(t, e.NotAfter))
			require.Len(t, m.ByKind[facts.KindCertificate], len(tc.chain))
			for i, r := range m.ByKind[facts.KindCertificate] {
				c := r.(*facts.Certificate)
				require.Equal(t, i, c.Position)
				require.Equal(t, tc.chain[i].Subject.String(), c.Subject)
				require.Equal(t, tc.chain[i].IsCA, c.IsCA)
			}
		})
	}
}

func TestCertificateRecord(t *testing.T) {
	root := issue(t, nil, "rsa", authority("Root", nil))
	leaf := issue(t, root, "rsa1024", func(c *x509.Certificate) {
		c.Subject.Organization = []string{"ООО «Ромашка»\x1b[31m"}
		c.IPAddresses = []net.IP{net.IPv4(192, 0, 2, 1)}
	})
	m := collect(t, settings(t, pool(root), site{chain: []*issued{leaf, root}}.serve(t)))
	e := only(t, m)
	require.Equal(t, 90, value(t, e.LifetimeDays))
	require.Equal(t, []string{host, "192.0.2.1"}, value(t, e.Names))
	require.Equal(t, "CN=Root", value(t, e.Issuer))
	require.Equal(t, "127.0.0.1", value(t, e.Address))
	certs := m.ByKind[facts.KindCertificate]
	c, r := certs[0].(*facts.Certificate), certs[1].(*facts.Certificate)
	require.Equal(t, "CN=crm.example,O=ООО «Ромашка» [31m", c.Subject)
	require.Equal(t, []any{"RSA", 1024, "SHA256-RSA", false}, []any{c.KeyType, c.KeyBits, c.Signature, c.SelfSigned})
	require.Equal(t, []any{"RSA", 2048, "SHA256-RSA", true}, []any{r.KeyType, r.KeyBits, r.Signature, r.SelfSigned})
	require.Len(t, c.Fingerprint, 64)
	require.Equal(t, time.UTC, c.NotAfter.Location())
}
