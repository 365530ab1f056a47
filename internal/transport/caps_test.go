package transport

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const mib = 1 << 20

// bomb sends 1 GiB of zeros in about 1 MiB.
func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	zeros := make([]byte, mib)
	for range 1024 {
		if _, err := z.Write(zeros); err != nil {
			return
		}
	}
	_ = z.Close()
}

// endless sends as long as anybody listens.
func endless(w http.ResponseWriter, _ *http.Request) {
	block := bytes.Repeat([]byte(`{"a":1},`), mib/8)
	for {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestAnswersCannotExhaustMemory(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"gzip bomb":    bomb,
		"endless body": endless,
		"10 GB by name": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10000000000")
			endless(w, nil)
		},
		"endless headers": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", mib))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, h)
			cfg := config(p, newClock())
			cfg.MaxBody = 4 * mib
			c := open(t, cfg)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := get(c)
			runtime.ReadMemStats(&after)
			requireKind(t, TooLarge, err)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64*mib), "server and client together")
			require.Less(t, time.Since(start), 10*time.Second)
			require.EqualValues(t, 1, p.hits.Load(), "a large answer stays large: no second attempt")
		})
	}
}

func TestTheCapIsExact(t *testing.T) {
	body := strings.Repeat("x", 1000)
	p := serve(t, answer(body))
	for limit, fits := range map[int64]bool{999: false, 1000: true, 1001: true} {
		cfg := config(p, newClock())
		cfg.MaxBody = limit
		resp, err := get(open(t, cfg))
		if fits {
			require.NoError(t, err)
			require.Len(t, resp.Body, 1000)
			continue
		}
		requireKind(t, TooLarge, err)
	}
}

func TestCompressedAnswers(t *testing.T) {
	var whole bytes.Buffer
	z := gzip.NewWriter(&whole)
	_, _ = z.Write([]byte(strings.Repeat(`{"a":1}`, 1000)))
	require.NoError(t, z.Close())
	send := func(encoding string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", encoding)
			_, _ = w.Write(body)
		}
	}
	damaged := bytes.Clone(whole.Bytes())
	damaged[len(damaged)-6] ^= 0xff

	c := open(t, config(serve(t, send("gzip", whole.Bytes())), newClock()))
	resp, err := get(c)
	require.NoError(t, err)
	require.Len(t, resp.Body, 7000)
	require.EqualValues(t, 7000, c.Stats().Bytes)

	for name, h := range map[string]http.HandlerFunc{
		"cut":      send("gzip", whole.Bytes()[:whole.Len()/2]),
		"checksum": send("gzip", damaged),
		"not gzip": send("gzip", []byte("<html>")),
		"unasked":  send("br", []byte("xx")),
		"chunks": func(w http.ResponseWriter, _ *http.Request) {
			conn, buf, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			_, _ = io.WriteString(buf, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
			_ = buf.Flush()
			_ = conn.Close()
		},
	} {
		_, err := get(open(t, config(serve(t, h), newClock())))
		requireKind(t, Truncated, err)
		t.Log(name, err)
	}
}
