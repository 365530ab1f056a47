package tlsprobe

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
)

// crypto/tls cannot ask for SSL 3.0, for NULL, anonymous, EXPORT or DHE suites. A ClientHello and the first
// message that answers it are enough to learn whether a server would take them, so only these are spoken here;
// the handshake is never finished.

const (
	versionSSL30 = 0x0300

	recordAlert     = 21
	recordHandshake = 22
	serverHello     = 2

	alertWarning = 1

	maxRecord  = 16384 + 2048
	maxMessage = 64 << 10
	maxRecords = 8 // before a ServerHello or a fatal alert must have come
)

// reply is the first word of a server: either the version and suite it chose or the alert it refused with.
type reply struct {
	version uint16
	suite   uint16
	alert   uint8
	refused bool
}

var (
	errNotTLS  = errors.New("the answer is not TLS")
	errDamaged = errors.New("the answer is damaged")
)

// hello offers one version with the given suites.
func (p *probe) hello(ctx context.Context, version uint16, suites []uint16) (reply, error) {
	conn, err := p.sendHello(ctx, version, suites)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = conn.Close() }()
	r, err := readReply(conn)
	p.heard(err)
	return r, err
}

// sendHello opens a connection with a hello on it; the connection ends with ctx.
func (p *probe) sendHello(ctx context.Context, version uint16, suites []uint16) (net.Conn, error) {
	conn, err := p.connect(ctx, p.target.addr())
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	if _, err := conn.Write(clientHello(version, suites, p.target.sni())); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// readReply reads records until the server has decided.
func readReply(r io.Reader) (reply, error) {
	var message []byte
	for range maxRecords {
		kind, body, err := readRecord(r)
		if err != nil {
			return reply{}, err
		}
		switch kind {
		case recordAlert:
			if len(body) < 2 {
				return reply{}, errDamaged
			}
			if body[0] != alertWarning {
				return reply{refused: true, alert: body[1]}, nil
			}
		case recordHandshake:
			message = append(message, body...)
			if whole, ok, err := firstMessage(message); err != nil || ok {
				if err != nil {
					return reply{}, err
				}
				return parseServerHello(whole)
			}
		}
	}
	return reply{}, errDamaged
}

func readRecord(r io.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := int(binary.BigEndian.Uint16(head[3:]))
	if head[0] != recordAlert && head[0] != recordHandshake || head[1] != 3 || n > maxRecord {
		return 0, nil, errNotTLS
	}
	body = make([]byte, n)
	_, err = io.ReadFull(r, body)
	return head[0], body, err
}

// firstMessage cuts the body of the ServerHello out of handshake bytes; ok tells whether it is complete.
func firstMessage(b []byte) (body []byte, ok bool, err error) {
	if len(b) < 4 {
		return nil, false, nil
	}
	n := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
	if b[0] != serverHello || n > maxMessage {
		return nil, false, errDamaged
	}
	if len(b) < 4+n {
		return nil, false, nil
	}
	return b[4 : 4+n], true, nil
}

// parseServerHello reads the chosen suite and version; TLS 1.3 hides the latter in an extension.
// A HelloRetryRequest has the same shape and means the same: the offer is taken.
func parseServerHello(b []byte) (reply, error) {
	const fixed = 2 + 32 + 1 // version, random, length of the session id
	if len(b) < fixed || len(b) < fixed+int(b[fixed-1])+3 {
		return reply{}, errDamaged
	}
	r := reply{version: binary.BigEndian.Uint16(b)}
	b = b[fixed+int(b[fixed-1]):]
	r.suite = binary.BigEndian.Uint16(b)
	b = b[3:]
	if len(b) < 2 {
		return r, nil
	}
	for b = b[2:]; len(b) >= 4; {
		id, n := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		if len(b) < 4+n {
			return reply{}, errDamaged
		}
		if id == extVersions && n == 2 {
			r.version = binary.BigEndian.Uint16(b[4:])
		}
		b = b[4+n:]
	}
	return r, nil
}

const (
	extServerName    = 0
	extGroups        = 10
	extPointFormats  = 11
	extSignatures    = 13
	extVersions      = 43
	extKeyShare      = 51
	extRenegotiation = 0xff01

	groupX25519 = 29
)

// clientHello writes a hello for exactly one version, in one record.
func clientHello(version uint16, suites []uint16, name string) []byte {
	legacy := min(version, tls.VersionTLS12)
	body := binary.BigEndian.AppendUint16(nil, legacy)
	body = append(body, random(32)...)
	if version == tls.VersionTLS13 {
		body = append(append(body, 32), random(32)...)
	} else {
		body = append(body, 0)
	}
	body = append16(body, words(suites))
	body = append(body, 1, 0) // no compression
	if version > versionSSL30 {
		body = append16(body, extensions(version, name))
	}
	message := append([]byte{1, 0}, binary.BigEndian.AppendUint16(nil, uint16(len(body)))...)
	message = append(message, body...)
	record := []byte{recordHandshake, 3, byte(min(version, tls.VersionTLS10))}
	return append16(record, message)
}

func extensions(version uint16, name string) []byte {
	var b []byte
	add := func(id uint16, data []byte) {
		b = append16(binary.BigEndian.AppendUint16(b, id), data)
	}
	if name != "" {
		add(extServerName, append16(nil, append16([]byte{0}, []byte(name))))
	}
	add(extGroups, append16(nil, words(groups)))
	add(extPointFormats, []byte{1, 0})
	if version >= tls.VersionTLS12 {
		add(extSignatures, append16(nil, words(signatures)))
	}
	if version == tls.VersionTLS13 {
		add(extVersions, append([]byte{2}, words([]uint16{version})...))
		// Any 32 bytes are a public key of X25519, and no answer to it is ever computed.
		share := append16(binary.BigEndian.AppendUint16(nil, groupX25519), random(32))
		add(extKeyShare, append16(nil, share))
	} else {
		add(extRenegotiation, []byte{0})
	}
	return b
}

func append16(b, data []byte) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(data))), data...)
}

func words(list []uint16) []byte {
	var b []byte
	for _, w := range list {
		b = binary.BigEndian.AppendUint16(b, w)
	}
	return b
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: the program ends first
	return b
}
