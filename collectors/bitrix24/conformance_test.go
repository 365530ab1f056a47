package bitrix24

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/collectors/collectortest"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
)

func TestConformance(t *testing.T) {
	serve := func(p *b24sim.Portal) collectortest.Setup {
		running, err := b24sim.StartHTTP(t.Context(), b24sim.New(p, b24sim.WithoutLimits()))
		require.NoError(t, err)
		t.Cleanup(func() { _ = running.Close() })
		return setup(running.URL)
	}
	narrow := portal()
	narrow.Webhook.Admin, narrow.Webhook.Scopes = false, without("crm")
	collectortest.Run(t, collectortest.Harness{
		Source: Source(), Good: serve(crowd(120, 300)), Refuse: serve(narrow), Secrets: []string{secret}, Patience: 500 * time.Millisecond,
		Serve: func(t testing.TB, faulty http.Handler) collectortest.Setup {
			// A server that has not read the body does not notice that the client has left, so the test ends it.
			ctx, end := context.WithCancel(context.Background())
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				faulty.ServeHTTP(w, r.WithContext(ctx))
			}))
			t.Cleanup(func() { end(); server.Close() })
			return setup(server.URL)
		},
	})
}

func setup(server string) collectortest.Setup {
	return func(testing.TB) (any, collectors.Env) {
		return &Config{Webhook: server + "/rest/7/" + secret + "/", Days: 90}, collectors.Env{Now: func() time.Time { return today }}
	}
}
