package tlsprobe

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestVersionsAndSuites(t *testing.T) {
	root := issue(t, nil, "ecdsa", authority("Root", nil))
	chain := []*issued{issue(t, root, "rsa", nil)}
	for _, tc := range []struct {
		name      string
		tls       *tls.Config
		protocols []string
		obsolete  []string
		weak      []string
	}{
		{"modern", &tls.Config{MinVersion: tls.VersionTLS12}, []string{"TLS 1.2", "TLS 1.3"}, []string{}, []string{}},
		{"TLS 1.3 only", &tls.Config{MinVersion: tls.VersionTLS13}, []string{"TLS 1.3"}, []string{}, []string{}},
		{"TLS 1.2 only", &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}, []string{"TLS 1.2"}, []string{}, []string{}},
		{"TLS 1.0 only", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, []string{"TLS 1.0"}, []string{"TLS 1.0"}, []string{}},
		{"everything", &tls.Config{MinVersion: tls.VersionTLS10, CipherSuites: []uint16{
			tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
		}}, []string{"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"}, []string{"TLS 1.0", "TLS 1.1"},
			[]string{"TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"}},
		{"wants a client certificate", &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}, []string{"TLS 1.2", "TLS 1.3"}, []string{}, []string{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := only(t, collect(t, settings(t, pool(root), site{chain: chain, tls: tc.tls}.serve(t))))
			require.Equal(t, tc.protocols, value(t, e.Protocols))
			require.Equal(t, tc.obsolete, value(t, e.Obsolete))
			require.Equal(t, tc.weak, value(t, e.WeakSuites))
			require.Equal(t, facts.Observed, e.Obsolete.Quality())
			require.Equal(t, facts.Observed, e.WeakSuites.Quality())
			require.Equal(t, facts.ChainOK, value(t, e.Verification))
		})
	}
}

// manners is how a scripted server treats a ClientHello of a version; it returns the bytes to answer with.
type manners func(version uint16, suites []uint16) []byte

// scripted is a server that reads one ClientHello per connection. Answers: nil closes the connection, "silence" waits.
func scripted(t *testing.T, answer manners) map[string]string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_, body, err := readRecord(conn)
				if err != nil {
					return
				}
				reply := answer(offered(body))
				if string(reply) == "silence" {
					_, _ = io.Copy(io.Discard, conn)
				}
				_, _ = conn.Write(reply)
			}()
		}
	}()
	return map[string]string{host + ":443": l.Addr().String()}
}

// offered reads version and suites out of a ClientHello.
func offered(b []byte) (version uint16, suites []uint16) {
	version = binary.BigEndian.Uint16(b[4:])
	b = b[4+34:]
	b = b[1+int(b[0]):]
	n := int(binary.BigEndian.Uint16(b))
	for i := 2; i < 2+n; i += 2 {
		suites = append(suites, binary.BigEndian.Uint16(b[i:]))
	}
	if bytes.Contains(b, []byte{0, extVersions, 0, 3, 2, 3, 4}) || slices.Contains(suites, tls.TLS_AES_128_GCM_SHA256) {
		version = tls.VersionTLS13
	}
	return version, suites
}

func alert(code byte) []byte { return []byte{recordAlert, 3, 1, 0, 2, 2, code} }

// chooses is a ServerHello in two records, as a server may split it.
func chooses(version, suite uint16) []byte {
	body := binary.BigEndian.AppendUint16(nil, version)
	body = append(body, make([]byte, 32)...)
	body = append(body, 0)
	body = binary.BigEndian.AppendUint16(body, suite)
	body = append(body, 0)
	message := append([]byte{serverHello, 0, 0, byte(len(body))}, body...)
	out := append16([]byte{recordHandshake, 3, 1}, message[:3])
	return append(out, append16([]byte{recordHandshake, 3, 1}, message[3:])...)
}

// shows is a Certificate message, spread over records as long chains are.
func shows(chain ...*issued) []byte {
	var list []byte
	for _, c := range chain {
		list = append24(list, c.Raw)
	}
	message := append24([]byte{certificateMessage}, append24(nil, list))
	var out []byte
	for part := range slices.Chunk(message, 700) {
		out = append(out, append16([]byte{recordHandshake, 3, 3}, part)...)
	}
	return out
}

func append24(b, data []byte) []byte {
	n := len(data)
	return append(append(b, byte(n>>16), byte(n>>8), byte(n)), data...)
}

func TestServersOfAnotherAge(t *testing.T) {
	const nullSHA, anonAES = 0x0002, 0x0034
	picks := func(v uint16, want ...uint16) manners {
		return func(version uint16, suites []uint16) []byte {
			if version != v {
				return alert(70)
			}
			for _, w := range want {
				if slices.Contains(suites, w) {
					return chooses(v, w)
				}
			}
			return alert(40)
		}
	}
	t.Run("SSL 3.0 with NULL and anonymous suites", func(t *testing.T) {
		m := collect(t, settings(t, nil, scripted(t, picks(versionSSL30, nullSHA, anonAES))))
		e := only(t, m)
		require.Equal(t, []string{"SSL 3.0"}, value(t, e.Obsolete))
		require.Equal(t, []string{"TLS_RSA_WITH_NULL_SHA", "TLS_DH_anon_WITH_AES_128_CBC_SHA"}, value(t, e.WeakSuites))
		_, known := e.Verification.Get()
		require.False(t, known, "its certificate was never seen")
		require.Equal(t, facts.Failed, e.Verification.Reason())
		require.Equal(t, facts.Full, m.About.Coverage[0].State)
		require.Equal(t, facts.Missing, m.About.Coverage[1].State)
		require.Equal(t, host+": its certificates could not be read", m.About.Coverage[1].Detail)
	})
	t.Run("suites that the library lacks", func(t *testing.T) {
		root := issue(t, nil, "ecdsa", authority("Root", nil))
		leaf := issue(t, root, "rsa", nil)
		for _, suite := range []uint16{0x0039, 0xc102} { // DHE, GOST
			hello := picks(tls.VersionTLS12, suite)
			m := collect(t, settings(t, pool(root), scripted(t, func(v uint16, s []uint16) []byte {
				return append(hello(v, s), shows(leaf, root)...)
			})))
			e := only(t, m)
			require.Equal(t, facts.ChainOK, value(t, e.Verification))
			require.Len(t, m.ByKind[facts.KindCertificate], 2)
			require.Equal(t, []string{"TLS 1.2"}, value(t, e.Protocols))
			require.Empty(t, value(t, e.Obsolete))
			require.Equal(t, facts.Observed, e.Obsolete.Quality())
		}
	})
	t.Run("hangs up instead of refusing", func(t *testing.T) {
		e := only(t, collect(t, settings(t, nil, scripted(t, func(v uint16, s []uint16) []byte {
			if v < tls.VersionTLS12 {
				return nil
			}
			return picks(tls.VersionTLS12, 0x0039)(v, s)
		}))))
		require.Empty(t, value(t, e.Obsolete))
		require.Equal(t, facts.Inferred, e.Obsolete.Quality())
	})
	t.Run("answers old versions with nonsense", func(t *testing.T) {
		e := only(t, collect(t, settings(t, nil, scripted(t, func(v uint16, s []uint16) []byte {
			if v < tls.VersionTLS12 {
				return alert(80) // internal error: neither yes nor no
			}
			return picks(tls.VersionTLS12, 0x0039)(v, s)
		}))))
		_, known := e.Obsolete.Get()
		require.False(t, known, "trouble is not a refusal")
		require.Equal(t, facts.Failed, e.Obsolete.Reason())
		require.Equal(t, facts.Partial, e.Protocols.Quality())
	})
	t.Run("silent about old versions", func(t *testing.T) {
		cfg := settings(t, nil, scripted(t, func(v uint16, s []uint16) []byte {
			if v < tls.VersionTLS12 {
				return []byte("silence")
			}
			return picks(tls.VersionTLS12, 0x0039, nullSHA)(v, s)
		}))
		cfg.Timeout = 300 * time.Millisecond
		e := only(t, collect(t, cfg))
		_, known := e.Obsolete.Get()
		require.False(t, known)
		require.Equal(t, []string{"TLS_RSA_WITH_NULL_SHA"}, value(t, e.WeakSuites), "the rest is still learnt")
	})
	t.Run("picks what was not offered", func(t *testing.T) {
		m := collect(t, settings(t, nil, scripted(t, func(v uint16, _ []uint16) []byte { return chooses(v, 0xabcd) })))
		require.Empty(t, m.ByKind[facts.KindEndpoint], "nothing is believed of it")
	})
	t.Run("always takes what is weak", func(t *testing.T) {
		var n int
		m := collect(t, settings(t, nil, scripted(t, func(v uint16, s []uint16) []byte {
			n++
			return chooses(v, s[0])
		})))
		require.LessOrEqual(t, n, maxConnections)
		e := only(t, m)
		require.Len(t, value(t, e.WeakSuites), len(weakList))
	})
}

func TestClientHelloIsWellFormed(t *testing.T) {
	for _, v := range []uint16{versionSSL30, tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		suites := commonIDs
		if v == tls.VersionTLS13 {
			suites = tls13IDs
		}
		kind, body, err := readRecord(bytes.NewReader(clientHello(v, suites, host)))
		require.NoError(t, err)
		require.EqualValues(t, recordHandshake, kind)
		version, got := offered(body)
		require.Equal(t, v, version)
		require.Equal(t, suites, got)
		require.Less(t, len(suites), 97, "some servers drop longer lists")
	}
	seen := map[uint16]bool{}
	for i, s := range weakList {
		require.False(t, seen[s.id], s.name)
		seen[s.id] = true
		require.True(t, i == 0 || weakList[i-1].id < s.id)
		require.NotContains(t, commonIDs, s.id)
	}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if i := slices.Index(ids(weakList), s.ID); i >= 0 {
			require.Equal(t, s.Name, weakList[i].name)
		}
	}
}

func FuzzCertificates(f *testing.F) {
	f.Add(append(chooses(tls.VersionTLS12, 0x39), append24([]byte{recordHandshake, 3, 3, 0, 13, certificateMessage}, append24(nil, append24(nil, []byte("der"))))...))
	f.Add(alert(40))
	f.Add([]byte{recordHandshake, 3, 3, 0, 7, certificateMessage, 0, 0, 3, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		raw, err := readCertificates(bytes.NewReader(b))
		if err != nil {
			require.Nil(t, raw)
		}
		parseChain(raw)
	})
}

func FuzzReply(f *testing.F) {
	f.Add(chooses(tls.VersionTLS12, 0x1301))
	f.Add(alert(70))
	f.Add(append([]byte{recordAlert, 3, 1, 0, 2, 1, 112}, chooses(tls.VersionTLS10, 5)...))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	f.Add([]byte{recordHandshake, 3, 3, 0, 4, 2, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := readReply(bytes.NewReader(b))
		if err != nil {
			require.Zero(t, r)
		}
		if r.refused {
			require.Zero(t, r.version)
		}
	})
}
