package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/drawtest"
	"github.com/crmaudit/crmaudit/report/pdf/internal/engine"
	"github.com/crmaudit/crmaudit/report/pdf/internal/pdftest"
	"github.com/crmaudit/crmaudit/templates"
)

func write(t testing.TB, r *report.Report) []byte {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, Write(&file, r))
	return file.Bytes()
}

func read(t *testing.T, r *report.Report) *pdftest.File {
	t.Helper()
	f, err := pdftest.Read(write(t, r))
	require.NoError(t, err)
	return f
}

// faults draws every page on a recorder and lists what is wrong with it.
func faults(t *testing.T, r *report.Report) []string {
	t.Helper()
	l, err := compose(r)
	require.NoError(t, err)
	return faultsOf(t, l)
}

func faultsOf(t *testing.T, l *layout) []string {
	t.Helper()
	var list []string
	for i, sheet := range l.sheets() {
		frame := drawtest.Box{X: margin, Y: 0, W: columnWidth, H: engine.PageHeight}
		if i == 0 { // the ground of the cover runs to the edges
			frame = drawtest.Box{W: engine.PageWidth, H: engine.PageHeight}
		}
		rec := &drawtest.Recorder{Fonts: l.fonts}
		top := 0.0
		for _, band := range sheet {
			if band.Draw != nil {
				band.Draw(rec, top)
			}
			top += band.Height
		}
		require.InDelta(t, engine.PageHeight, top, 1e-6)
		for _, fault := range rec.Faults(frame) {
			list = append(list, fmt.Sprintf("page %d: %s", i+1, fault))
		}
	}
	return list
}

func TestPagesHaveNoFaults(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {1, 1}, {2, 40}, {10, 40}, {45, 300}, {300, 0}} {
		require.Empty(t, faults(t, sample(t, size[0], size[1])), "%d findings, %d accounts", size[0], size[1])
	}
}

func TestEmptyReportSaysSo(t *testing.T) {
	words, err := report.LoadCatalogue(lang.RU)
	require.NoError(t, err)
	f := read(t, &report.Report{Lang: lang.RU, Words: words})
	text := allText(f)
	for _, key := range []string{"empty.findings", "empty.not_assessed", "empty.passed", "empty.waivers", "empty.accounts", "score.no_grade"} {
		require.Contains(t, text, words.T(key))
	}
}

func allText(f *pdftest.File) string {
	var b strings.Builder
	for _, p := range f.Pages {
		b.WriteString(p.String())
	}
	return b.String()
}

// The contents, the register and the outline name the pages that readers find.
func TestPageNumbersAreTrue(t *testing.T) {
	for _, findings := range []int{10, 60} {
		r := sample(t, findings, 40)
		f := read(t, r)
		for i, p := range f.Pages[1:] {
			require.Contains(t, p.String(), fmt.Sprintf("\n%d / %d\n", i+2, len(f.Pages)))
		}
		contents := f.Pages[1].String()
		for _, mark := range f.Outline {
			require.Contains(t, f.Pages[mark.Page-1].String(), mark.Title+"\n")
			listed := findings <= listedFindings || !strings.HasPrefix(mark.Title, "№")
			if mark.Page > 2 {
				require.Equal(t, listed, strings.Contains(contents, fmt.Sprintf("%s\n%d\n", mark.Title, mark.Page)), mark.Title)
			}
		}
		require.Len(t, f.Outline, 18+findings)
		for _, finding := range r.Findings {
			at := slices.IndexFunc(f.Outline, func(b pdftest.Bookmark) bool {
				return strings.HasPrefix(b.Title, fmt.Sprintf("№\u00a0%d · ", finding.Number))
			})
			row := regexp.MustCompile(fmt.Sprintf(`(?s)\n%d\n%s\n%s\n.{0,200}?балла\n%d\n`, finding.Number, finding.SeverityWord, finding.Check, f.Outline[at].Page))
			require.Regexp(t, row, allText(f))
		}
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	r := sample(t, 10, 40)
	f := read(t, r)
	inside, outside := 0, map[string]int{}
	for _, p := range f.Pages {
		for _, link := range p.Links {
			if link.URI != "" {
				outside[link.URI]++
				continue
			}
			inside++
			require.GreaterOrEqual(t, link.Page, 1)
			require.LessOrEqual(t, link.Page, len(f.Pages))
			require.True(t, slices.ContainsFunc(f.Outline, func(b pdftest.Bookmark) bool { return b.Page == link.Page && b.Y == link.Y }), "%+v", link)
		}
	}
	// Contents, cards, plan, register with its page column, the accepted risk.
	require.GreaterOrEqual(t, inside, 27+5+10+2*10+1)
	require.Equal(t, map[string]int{"https://law.example/152fz#19": 10, "https://iso.example/27001": 10}, outside)
}

func TestHostileLinkIsPlainText(t *testing.T) {
	r := sample(t, 1, 0)
	r.Findings[0].Refs = []report.Ref{{Cite: "a", URL: "javascript:alert(1)"}, {Cite: "b", URL: "file:///etc/passwd"}, {Cite: "c", URL: "https://"}, {Cite: "d", URL: "%"}}
	for _, p := range read(t, r).Pages {
		for _, link := range p.Links {
			require.Empty(t, link.URI)
		}
	}
}

func TestMetadata(t *testing.T) {
	f := read(t, sample(t, 1, 1))
	require.Equal(t, "Аудит безопасности CRM — ООО «Ромашка»", f.Info["Title"])
	require.Equal(t, "Мария Климова", f.Info["Author"])
	require.Equal(t, "CRM, 152-ФЗ", f.Info["Keywords"])
	require.Equal(t, "Безопасность и персональные данные в CRM", f.Info["Subject"])
	require.Equal(t, "D:20261122093000", f.Info["CreationDate"])
	require.Contains(t, f.Catalog, "/Lang (ru)")
	require.Contains(t, f.Catalog, "/DisplayDocTitle true")
}

func TestSameReportSameBytes(t *testing.T) {
	want := write(t, sample(t, 10, 40))
	var group sync.WaitGroup
	for range 6 {
		r := sample(t, 10, 40)
		group.Go(func() {
			var got bytes.Buffer
			if err := Write(&got, r); err != nil || !bytes.Equal(want, got.Bytes()) {
				t.Errorf("a parallel report differs: %v", err)
			}
		})
	}
	group.Wait()
}

// One report may be written by several writers at once.
func TestReportIsOnlyRead(t *testing.T) {
	r := sample(t, 5, 20)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if err := Write(&bytes.Buffer{}, r); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Equal(t, write(t, sample(t, 5, 20)), write(t, r))
}

func TestEveryLanguageHasEveryWord(t *testing.T) {
	key := regexp.MustCompile(`^(heading|label|empty|score|verdict|severity|report|jurisdiction)\.[a-z_.]+$`)
	for _, l := range lang.All {
		words, err := report.LoadCatalogue(l)
		require.NoError(t, err)
		for _, findings := range []int{0, 3} {
			r := sample(t, findings, 5)
			r.Lang, r.Words = l, words
			for _, p := range read(t, r).Pages {
				for _, text := range p.Texts {
					require.NotRegexp(t, key, text.S, string(l))
				}
			}
			require.Empty(t, faults(t, r), string(l))
		}
	}
}

func TestFontsDrawEveryMessage(t *testing.T) {
	fonts, err := draw.LoadFonts()
	require.NoError(t, err)
	for _, l := range lang.All {
		text, err := templates.Messages.ReadFile("messages/" + string(l) + ".yaml")
		require.NoError(t, err)
		fonts.Text(string(text))
	}
	require.Empty(t, string(fonts.Missing()))
}

var hostile = []string{
	"", " ", "\n\n\n", "\x00\x1b[31m\xff\xc0", "😀👩\u200d💻🇷🇺", "שלום עולם \u202egpj.exe", "<script>alert('x')</script>", "\\) Tj ET (", "{{.x}} %d %s",
	strings.Repeat("A", 400), strings.Repeat("щ", 400), strings.Repeat("слово\u00a0", 120), strings.Repeat("x\n", 300), strings.Repeat("а\u0301\u0316", 200),
	"https://" + strings.Repeat("very-long.example/", 40), strings.Repeat("1", 300), "\u2028\u2029\u0085\t\v", string([]byte{0xf0, 0x9f}), "\uffff\ufffe\ufdd0",
}

// poison puts a string in every place of a report.
func poison(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.Pointer:
		poison(v.Elem(), s)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i), s)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), s)
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(s)
		}
	}
}

func poisoned(t testing.TB, s string) *report.Report {
	r := sample(t, 2, 3)
	r.Passed, r.Categories, r.NotAssessed = r.Passed[:2], r.Categories[:2], r.NotAssessed[:1]
	l := r.Lang
	poison(reflect.ValueOf(r), s)
	r.Lang = l
	for i := range r.Findings { // unique by contract
		r.Findings[i].Check = fmt.Sprint(s, i)
	}
	return r
}

func TestHostileTextBreaksNothing(t *testing.T) {
	for i, s := range hostile {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			require.Empty(t, faults(t, poisoned(t, s)))
		})
	}
}

func FuzzWrite(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 500 {
			return
		}
		file := write(t, poisoned(t, s))
		if _, err := pdftest.Read(file); err != nil {
			t.Fatal(err)
		}
	})
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestErrorsSayWhatFailed(t *testing.T) {
	require.EqualError(t, Write(fullDisk{}, sample(t, 1, 1)), "write PDF report: no space left")
	require.ErrorContains(t, Write(&bytes.Buffer{}, nil), "write PDF report: the engine failed")
}

func BenchmarkWrite(b *testing.B) {
	for _, size := range []struct {
		name               string
		findings, accounts int
	}{{"10 findings 40 accounts", 10, 40}, {"100 findings", 100, 40}, {"1000 accounts", 10, 1000}, {"10000 accounts", 10, 10000}} {
		b.Run(size.name, func(b *testing.B) {
			r := sample(b, size.findings, size.accounts)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = len(write(b, r))
			}
			b.ReportMetric(float64(n)/1000, "kB/file")
		})
	}
}
