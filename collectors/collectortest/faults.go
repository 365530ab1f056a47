package collectortest

import (
	"io"
	"net/http"
	"strings"
)

// Faults are servers that answer everything wrongly, by what is wrong with them.
func Faults() map[string]http.Handler {
	return map[string]http.Handler{
		"too-many-requests": answer(http.StatusTooManyRequests, `{"error":"QUERY_LIMIT_EXCEEDED"}`, 1),
		"unavailable":       answer(http.StatusServiceUnavailable, "down for maintenance", 1),
		"timeout":           http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
		"truncated-json":    answer(http.StatusOK, `{"result":[{"ID":"1","NAME":"Ив`, 1),
		"wrong-types":       answer(http.StatusOK, `{"result":{"ID":["1"],"ACTIVE":{"x":7}},"items":"none","data":5,"total":"many","next":{},"time":[]}`, 1),
		"html-page":         answer(http.StatusOK, "<!doctype html><title>Log in</title><form><input name=password></form>", 1),
		"huge-page":         answer(http.StatusOK, `{"result":[`+strings.Repeat(`{"ID":"1"},`, 10_000), 4_000), // over 400 MB
	}
}

func answer(code int, body string, times int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if w.Header().Set("Content-Type", "application/json"); body[0] == '<' {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		w.WriteHeader(code)
		for range times {
			if _, err := io.WriteString(w, body); err != nil {
				return // the collector has had enough
			}
		}
	})
}
