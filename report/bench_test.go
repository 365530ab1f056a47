package report_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/html"
	"github.com/crmaudit/crmaudit/report/pdf"
)

// judged is a result with that many findings and accounts. Texts, law and the lists of the appendix
// are those of the catalogue; the subjects are made up.
func judged(t testing.TB, findings, accounts int) *checks.Result {
	list, err := catalog.Load()
	require.NoError(t, err)
	library, err := law.Load()
	require.NoError(t, err)
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	r, err := checks.Evaluate(context.Background(), checks.Audit{
		Snapshot: facts.NewMemory(), Checks: list, Law: library, Plans: &checks.Plans{}, Now: now, Tool: "crmaudit test",
		Profile: checks.Profile{Name: "full", Platform: "bitrix24-cloud", Jurisdictions: []string{"ru"}, ClientKind: "company", Headcount: accounts},
		Client:  checks.Client{Name: "ООО «Ромашка»", Kind: "company"},
		Portal:  checks.Portal{ID: "romashka", Title: "Битрикс24", URL: "https://romashka.bitrix24.example", Platform: "bitrix24-cloud"},
	})
	require.NoError(t, err)
	for i := range findings {
		c := list[i%len(list)]
		for j := range r.Verdicts {
			if r.Verdicts[j].Check == c.ID {
				r.Verdicts[j].Verdict, r.Verdicts[j].Reasons = checks.Failed, nil
			}
		}
		r.Findings = append(r.Findings, finding(c, fmt.Sprintf("%s-%03d", c.Category(), i), 1+i%6))
		r.Plan = append(r.Plan, checks.PlanStep{Check: r.Findings[i].Check, ScoreAfter: 60, GradeAfter: "D", Minutes: 15 * i})
	}
	yes, no, days := true, false, 12
	for i := range accounts {
		r.Accounts.Rows = append(r.Accounts.Rows, checks.AccountRow{
			ID: fmt.Sprint(i), Label: fmt.Sprintf("Петров\u00a0И.\u00a0%d.", i), Type: "human", Active: &yes, Admin: &no, TwoFactor: &yes, IdleDays: &days,
		})
	}
	r.Accounts.Total = accounts
	return r
}

func finding(c *checks.Check, id string, subjects int) checks.Finding {
	f := checks.Finding{
		Check: id, Severity: c.Severity, Category: c.Category(), K: subjects, Population: 40, Points: 1.2, Quality: facts.Observed, Rule: c.Rule,
		Fix: checks.FixPlan(c.Fix), Text: map[lang.Lang]checks.Told{}, Refs: c.Refs,
	}
	for l, text := range c.Text {
		f.Text[l] = checks.Told{Title: text.Title, Summary: fmt.Sprintf("%s: %d / 40.", text.Title, subjects), Risk: text.Risk, Steps: text.Steps}
	}
	for i := range subjects {
		f.Subjects = append(f.Subjects, checks.SubjectRow{
			Ref: fmt.Sprintf("user:%d", i), Label: "Петров\u00a0И.\u00a0С.", Source: "bitrix24", Quality: facts.Observed,
			Sentence: checks.Texts{lang.RU: "нет входа 120 дней", lang.UK: "немає входу 120 днів", lang.EN: "no log-in for 120 days"},
		})
	}
	return f
}

// BenchmarkDocument words and writes documents of the sizes that have a bar: a PDF of 10 findings
// and 40 accounts in 0.5 s and 64 MB, of 10 000 accounts in 3 s and 200 MB, an HTML page of 60
// findings and 200 accounts in 500 kB.
func BenchmarkDocument(b *testing.B) {
	for _, c := range []struct {
		format             string
		findings, accounts int
	}{
		{"pdf", 10, 40}, {"pdf", 10, 10_000}, {"pdf", 300, 40}, {"html", 10, 40}, {"html", 60, 200}, {"html", 300, 40},
	} {
		b.Run(fmt.Sprintf("%s/findings=%d/accounts=%d", c.format, c.findings, c.accounts), func(b *testing.B) {
			r := judged(b, c.findings, c.accounts)
			write, limits := pdf.Write, report.PDFLimits
			if c.format == "html" {
				write, limits = html.Write, report.HTMLLimits
			}
			limits.Findings, limits.Accounts = c.findings, c.accounts
			var out bytes.Buffer
			peak := watch(func() {
				for b.Loop() {
					out.Reset()
					require.NoError(b, document(&out, r, limits, write))
				}
			})
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s")
			b.ReportMetric(float64(out.Len())/1e3, "kB")
			b.ReportMetric(float64(peak)/1e6, "peak-MB")
		})
	}
}

func document(to io.Writer, r *checks.Result, limits report.Limits, write func(io.Writer, *report.Report) error) error {
	rep, err := report.Build(r, report.Options{Lang: lang.RU, Limits: limits, PassMark: 75})
	if err != nil {
		return err
	}
	return write(to, rep)
}

// watch looks at the heap every few milliseconds while the work is done and tells the most that it saw.
func watch(work func()) (peak uint64) {
	runtime.GC()
	stop := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	})
	work()
	close(stop)
	done.Wait()
	return peak
}
