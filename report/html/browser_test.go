package html

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/report"
)

// driver uses the page as a reader would and leaves what it saw in an attribute. It runs under the
// policy of the page, which the test widens by the hash of this script alone.
const driver = `
const seen = { errors: [] };
addEventListener('error', (e) => seen.errors.push(e.message));
addEventListener('securitypolicyviolation', (e) => seen.errors.push(e.violatedDirective + ' ' + e.sourceFile));
addEventListener('load', () => {
  const one = (s) => document.querySelector(s);
  const rows = () => [...document.querySelectorAll('#findings-table tbody tr')].filter((r) => !r.hidden);
  const type = (text) => {
    const from = performance.now();
    one('#search').value = text;
    one('#search').dispatchEvent(new Event('input'));
    document.body.getBoundingClientRect();
    return performance.now() - from;
  };
  seen.requests = performance.getEntriesByType('resource').length;
  seen.tools = [...document.querySelectorAll('[data-live]')].every((e) => !e.hidden);
  seen.all = rows().length;
  seen.first = type('no privacy policy');
  seen.found = rows().length;
  seen.shown = one('#shown').textContent;
  seen.filter = Math.max(type('password ADMIN'), type('p'), type(''));
  one('.chip[data-severity="critical"]').click();
  seen.critical = rows().length;
  type('nothing says this');
  seen.nothing = rows().length === 0 && !one('#nothing').hidden;
  one('#reset').click();
  seen.reset = rows().length;
  const heads = document.querySelectorAll('#findings-table th');
  const from = performance.now();
  heads[0].querySelector('button').click();
  seen.sort = performance.now() - from;
  seen.order = [heads[0].getAttribute('aria-sort'), rows()[0].cells[0].textContent];
  heads[1].querySelector('button').click();
  seen.worst = [heads[0].getAttribute('aria-sort'), heads[1].getAttribute('aria-sort'), rows()[0].dataset.severity];
  one('#top a').click();
  seen.unfolded = one(one('#top a').getAttribute('href')).closest('details').open;
  const ground = () => getComputedStyle(document.body).backgroundColor;
  const light = ground();
  one('#theme').click();
  seen.dark = ground() !== light && one('#theme').getAttribute('aria-pressed') === 'true';
  dispatchEvent(new Event('beforeprint'));
  seen.printed = document.querySelectorAll('details:not([open])').length;
  document.documentElement.setAttribute('data-seen', JSON.stringify(seen));
});
`

// seen is what the driver saw.
type seen struct {
	Errors                         []string
	Requests, All, Found, Critical int
	Reset, Printed                 int
	Tools, Nothing, Unfolded, Dark bool
	Shown                          string
	First, Filter, Sort            float64
	Order, Worst                   []any
}

func TestPageWorksInABrowser(t *testing.T) {
	browser := findBrowser()
	if browser == "" {
		t.Skip("NO BROWSER: sorting, filtering and the policy were not tried in a real browser; install one (Debian: apt-get install chromium)")
	}
	r, err := report.Build(sampleResult(1000, 200), report.Options{Lang: lang.EN, Limits: report.Limits{Findings: 1000, Evidence: 50, Accounts: 500}, PassMark: 75})
	require.NoError(t, err)
	got := drive(t, browser, render(t, r))
	require.Empty(t, got.Errors)
	require.Zero(t, got.Requests)
	require.True(t, got.Tools)
	require.Equal(t, 1000, got.All)
	require.Equal(t, 250, got.Found)
	require.Equal(t, "Shown: 250 of 1000", got.Shown)
	require.Equal(t, 250, got.Critical)
	require.True(t, got.Nothing)
	require.Equal(t, 1000, got.Reset)
	require.Equal(t, []any{"descending", "1,000"}, got.Order)
	require.Equal(t, []any{nil, "ascending", "critical"}, got.Worst)
	require.True(t, got.Unfolded)
	require.True(t, got.Dark)
	require.Zero(t, got.Printed, "everything is unfolded on paper")
	t.Logf("1000 findings: first filter %.0f ms, further filters %.0f ms, sort %.0f ms", got.First, got.Filter, got.Sort)
	require.Less(t, got.Filter, 1000.0, "far above the 100 ms of a quiet machine")
}

func findBrowser() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// drive loads the page with the driver in it and reads what the driver saw.
func drive(t *testing.T, browser string, page []byte) seen {
	t.Helper()
	page = bytes.Replace(page, []byte("<title>"), []byte("<script>"+driver+"</script><title>"), 1)
	page = bytes.Replace(page, []byte("script-src "), []byte("script-src "+hashOf(driver)+" "), 1)
	dir, err := os.MkdirTemp("", "crmaudit-browser")
	require.NoError(t, err)
	defer func() { _ = os.RemoveAll(dir) }() // a browser that is still closing may hold a file
	file := filepath.Join(dir, "report.html")
	require.NoError(t, os.WriteFile(file, page, 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
		"--no-first-run", "--user-data-dir="+filepath.Join(dir, "profile"), "--dump-dom", (&url.URL{Scheme: "file", Path: file}).String())
	cmd.WaitDelay = 5 * time.Second
	dom, err := cmd.Output()
	require.NoError(t, err)
	var s seen
	require.NoError(t, json.Unmarshal([]byte(attr(byTag(elements(t, dom), "html")[0], "data-seen")), &s), "the driver did not come to its end")
	return s
}
