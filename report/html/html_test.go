package html

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/templates"
)

func TestSameReportSameBytes(t *testing.T) {
	r := sample(t, lang.UK, 10, 20)
	want := render(t, r)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var b bytes.Buffer
			assert.NoError(t, Write(&b, r))
			assert.True(t, bytes.Equal(want, b.Bytes()))
		})
	}
	wg.Wait()
	require.Equal(t, string(want), string(render(t, sample(t, lang.UK, 10, 20))))
}

func TestPolicyAllowsWhatThePageCarries(t *testing.T) {
	list := elements(t, render(t, sample(t, lang.RU, 3, 5)))
	var hashes []string
	for _, n := range list {
		if n.Data == "style" || n.Data == "script" {
			hashes = append(hashes, hashOf(textOf(n)))
		}
	}
	require.Len(t, hashes, 3)
	meta := byTag(list, "meta")[1]
	require.Equal(t, "Content-Security-Policy", attr(meta, "http-equiv"))
	require.Equal(t, "default-src 'none'; style-src "+hashes[0]+" "+hashes[1]+"; script-src "+hashes[2]+
		"; img-src data:; base-uri 'none'; form-action 'none'", attr(meta, "content"))
}

func TestAssetsAskForNothing(t *testing.T) {
	for _, name := range []string{"html/style.css", "html/dark.css", "html/script.js"} {
		data, err := templates.HTML.ReadFile(name)
		require.NoError(t, err)
		for _, bad := range []string{"http:", "https:", "@import", "url(", "fetch(", "innerHTML", "eval(", "</"} {
			require.NotContains(t, string(data), bad, name)
		}
		require.Equal(t, string(data), string(clean(data)), "%s has characters that the finished page may not have", name)
	}
}

func TestPageIsSound(t *testing.T) {
	for _, l := range lang.All {
		for _, r := range []*report.Report{sample(t, l, 0, 0), sample(t, l, 10, 20), empty(t, l)} {
			checkSound(t, elements(t, render(t, r)))
		}
	}
}

func TestSectionsFollowTheirOrder(t *testing.T) {
	order := []string{
		"summary", "notices", "categories", "history", "top", "plan", "register", "findings", "not_assessed", "passed", "not_on_plan",
		"not_applicable", "errors", "waivers", "law", "method", "sources", "accounts",
	}
	list := elements(t, render(t, sample(t, lang.EN, 4, 4)))
	var sections, contents []string
	for _, n := range list {
		if n.Data == "section" {
			sections = append(sections, attr(n, "id"))
		}
		if n.Data == "a" && n.Parent.Data == "li" && n.Parent.Parent.Parent.Data == "nav" {
			contents = append(contents, strings.TrimPrefix(attr(n, "href"), "#"))
		}
	}
	require.Equal(t, order, sections)
	require.Equal(t, order, contents)
}

func TestEmptySectionsSaySo(t *testing.T) {
	for _, l := range lang.All {
		r := empty(t, l)
		page := string(render(t, r))
		for _, key := range []string{"findings", "not_assessed", "passed", "not_on_plan", "not_applicable", "errors", "waivers", "law", "sources", "accounts"} {
			assert.Contains(t, page, r.Words.T("empty."+key), key)
		}
		assert.NotContains(t, page, `id="history"`)
		assert.NotContains(t, page, `id="plan"`)
	}
}

func TestEverythingIsReadWithoutScript(t *testing.T) {
	for _, l := range lang.All {
		r := sample(t, l, 10, 20)
		text := textOf(byTag(elements(t, render(t, r)), "body")[0])
		var want []string
		for _, f := range r.Findings {
			want = append(want, f.Check, f.Title, f.Requirement, f.SeverityWord, f.Category, f.Risk, f.Points, f.Rule, f.Quality, f.Waived, f.FineLabel)
			want = append(want, f.Steps...)
			for _, row := range f.Evidence.Rows {
				want = append(want, row...)
			}
			for _, ref := range f.Refs {
				want = append(want, ref.Cite, ref.Force, ref.Mark)
			}
			for _, fine := range f.Fines {
				want = append(want, fine.Cite, fine.Offence, fine.Amount, fine.Note)
			}
		}
		want = append(append(want, r.Summary...), r.Notices...)
		want = append(want, r.Score.Line, r.Score.Capped, r.Score.Accepted, r.Score.GradeTip, r.Cover.Confidential, r.Law[0].Disclaimer, r.Law[0].Edition, r.Law[0].Warning)
		for _, row := range r.NotAssessed {
			want = append(want, row.Check, row.Why, row.How)
		}
		for _, s := range want {
			assert.True(t, strings.Contains(text, s), "%q is missing", s)
		}
	}
}

func TestNoMessageKeyReachesTheReader(t *testing.T) {
	for _, l := range lang.All {
		r := sample(t, l, 10, 20)
		groups := map[string]bool{}
		for _, key := range r.Words.Keys() {
			group, _, _ := strings.Cut(key, ".")
			groups[group] = true
		}
		var words []string
		for _, n := range elements(t, render(t, r)) {
			for _, a := range n.Attr {
				words = append(words, a.Val)
			}
			if n.Data == "header" || n.Data == "nav" || n.Data == "main" || n.Data == "footer" {
				words = append(words, strings.Fields(textOf(n))...)
			}
		}
		for _, word := range words {
			group, rest, ok := strings.Cut(word, ".")
			assert.False(t, ok && groups[group] && rest != "" && rest[0] >= 'a' && rest[0] <= 'z', "%s: %s", l, word)
		}
	}
}

func TestLinksLeadToFindings(t *testing.T) {
	r := sample(t, lang.RU, 6, 0)
	r.Findings[4].Check = r.Findings[3].Check // two checks of one name, and one that is no name
	r.Findings[5].Check = "no name <b>"
	list := elements(t, render(t, r))
	checkSound(t, list)
	hrefs := map[string]int{}
	for _, n := range byTag(list, "a") {
		hrefs[attr(n, "href")]++
	}
	require.Contains(t, hrefs, "#finding-AUT-001")
	require.Contains(t, hrefs, "#finding.5")
	require.Contains(t, hrefs, "#finding.6")
	require.Greater(t, hrefs["#finding-AUT-001"], 3, "from the first risks, the plan, the register and the law")
}

func TestSafeURL(t *testing.T) {
	for raw, ok := range map[string]bool{
		"https://law.example/152fz#19": true, "http://law.example": true, "HTTPS://law.example": true, "javascript:alert(1)": false, "data:text/html,x": false,
		"//law.example": false, "law.example": false, "https:": false, "": false, "java\nscript:alert(1)": false, "mailto:a@b.example": false,
	} {
		assert.Equal(t, ok, safeURL(raw) != "", raw)
	}
}

func TestChartsStayInTheirField(t *testing.T) {
	r := sample(t, lang.EN, 2, 0)
	r.Score.Value, r.Score.PassMark = 1e9, 400
	r.History = nil
	for i := range 40 {
		r.History = append(r.History, report.HistoryPoint{Label: fmt.Sprint(i), Score: float64(i*10 - 100)})
	}
	r.Categories = []report.Category{{Name: "x", Score: -5, Coverage: 300}}
	p, err := newPage(r)
	require.NoError(t, err)
	require.Equal(t, "100", p.Gauge.Share)
	require.Equal(t, "180", p.Gauge.Mark.Turn)
	require.Len(t, p.Trend.Points, trendRuns)
	require.Equal(t, "39", p.Trend.Points[trendRuns-1].Label, "the last run has its date")
	require.Equal(t, "25", p.Trend.Points[trendRuns-1].Y)
	require.Equal(t, bar{Name: "x", Label: "x: in order 0%, finding 100%, not checked 0%", Good: "0", Bad: "100"}, p.Bars[0])
}

func TestSeverityHasWordColourAndShape(t *testing.T) {
	data, err := templates.HTML.ReadFile("html/style.css")
	require.NoError(t, err)
	for _, s := range checks.Severities {
		assert.Contains(t, string(data), ".sev-"+string(s)+" {")
		assert.Contains(t, string(data), ".sev-"+string(s)+"::before { clip-path:")
	}
}

func TestColumnWidths(t *testing.T) {
	data, err := templates.HTML.ReadFile("html/style.css")
	require.NoError(t, err)
	for share := range 101 {
		if class := width([]int{share, 100 - share}, 0); share > 0 {
			assert.Contains(t, string(data), "."+class+" {")
		}
	}
	require.Empty(t, width([]int{1, 2}, 1), "the last column takes what is left")
	require.Empty(t, width(nil, 0))
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteReportsTheWriter(t *testing.T) {
	require.EqualError(t, Write(full{}, sample(t, lang.RU, 1, 0)), "write HTML report: disk full")
}

// The size that a reader gets by mail: 60 findings and 200 accounts in at most 500 kB.
func TestSize(t *testing.T) {
	require.Less(t, len(render(t, sample(t, lang.RU, 60, 200))), 500_000)
}

func BenchmarkWrite(b *testing.B) {
	for _, size := range []struct{ findings, accounts int }{{9, 40}, {60, 200}, {300, 500}} {
		b.Run(fmt.Sprintf("findings=%d/accounts=%d", size.findings, size.accounts), func(b *testing.B) {
			r := sample(b, lang.RU, size.findings, size.accounts)
			n := 0
			for b.Loop() {
				n = len(render(b, r))
			}
			b.ReportMetric(float64(n), "bytes")
		})
	}
}
