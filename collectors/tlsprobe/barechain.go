package tlsprobe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
)

const (
	certificateMessage = 11
	maxHandshake       = 256 << 10 // bytes until the certificates must have come
)

// bareChain reads the certificates of a server that shares no suite with crypto/tls, such as one with DHE or GOST
// suites alone. Up to TLS 1.2 they follow the ServerHello unencrypted.
func (p *probe) bareChain(ctx context.Context, versions []uint16) []*x509.Certificate {
	for _, v := range versions {
		if v == tls.VersionTLS13 {
			continue
		}
		for _, suites := range [][]uint16{commonIDs, ids(weakList)} {
			if chain := p.helloForChain(ctx, v, suites); len(chain) > 0 {
				return chain
			}
		}
	}
	return nil
}

func (p *probe) helloForChain(ctx context.Context, version uint16, suites []uint16) []*x509.Certificate {
	conn, err := p.sendHello(ctx, version, suites)
	if err != nil {
		return nil
	}
	defer func() { _ = conn.Close() }()
	raw, err := readCertificates(conn)
	p.heard(err)
	return parseChain(raw)
}

// parseChain keeps the certificates that can be read, up to the bound.
func parseChain(raw [][]byte) []*x509.Certificate {
	var chain []*x509.Certificate
	for _, der := range raw[:min(len(raw), maxChain)] {
		if cert, err := x509.ParseCertificate(der); err == nil {
			chain = append(chain, cert)
		}
	}
	return chain
}

// readCertificates reads handshake messages up to the one with the certificates.
func readCertificates(r io.Reader) ([][]byte, error) {
	var pending []byte
	for total := 0; total < maxHandshake; {
		kind, body, err := readRecord(r)
		if err != nil {
			return nil, err
		}
		if kind == recordAlert {
			if len(body) >= 2 && body[0] == alertWarning {
				total += len(body)
				continue
			}
			return nil, errDamaged
		}
		total += len(body) + 1
		for pending = append(pending, body...); len(pending) >= 4; {
			n := int(pending[1])<<16 | int(pending[2])<<8 | int(pending[3])
			if len(pending) < 4+n {
				break
			}
			switch pending[0] {
			case certificateMessage:
				return splitCertificates(pending[4 : 4+n])
			case serverHello:
				pending = pending[4+n:]
			default:
				return nil, errDamaged
			}
		}
	}
	return nil, errDamaged
}

// splitCertificates cuts the list of a Certificate message: a length of three bytes before the whole and each part.
func splitCertificates(b []byte) ([][]byte, error) {
	list, rest, ok := cut24(b)
	if !ok || len(rest) > 0 {
		return nil, errDamaged
	}
	var certs [][]byte
	for len(list) > 0 && ok {
		var cert []byte
		if cert, list, ok = cut24(list); ok {
			certs = append(certs, cert)
		}
	}
	if !ok {
		return nil, errDamaged
	}
	return certs, nil
}

func cut24(b []byte) (part, rest []byte, ok bool) {
	if len(b) < 3 {
		return nil, nil, false
	}
	n := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
	if len(b) < 3+n {
		return nil, nil, false
	}
	return b[3 : 3+n], b[3+n:], true
}
