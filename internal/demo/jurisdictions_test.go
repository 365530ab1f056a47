package demo_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/demo"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/snapfile"
	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/html"
)

// wordsOfLaw are what only the law of one jurisdiction is called by, and whom only it speaks of.
var wordsOfLaw = map[string][]string{
	"ru": {
		"КоАП", "КпАП", "13.11", "152-ФЗ", "152-FZ", "152 ФЗ", "1119", "ФСТЭК", "ФСТЕК", "FSTEC", "Роскомнад", "Роскомнагл", "Roskomnadz", "РКН", "УЗ-",
		"ровень защищ", "ровня защищ", "івень захищ", "івня захищ", "rotection level", "ru.152fz", "ru.koap", "ru.pp1119", "ru.fstek", "ru.rkn",
		"RUB", "₽", "Russian personal data law", "граждан РФ", "громадян РФ",
	},
	"ua": {
		"2297", "КУпАП", "КУоАП", "188-39", "1/02-14", "Омбудсм", "Ombudsman", "Верховной Рады", "Верховної Ради", "Parliament Commissioner",
		"ua.2297", "ua.kupap", "ua.order", "UAH", "₴", "Ukrainian personal data law", "Ukrainian law", "законом України", "закону Украины",
	},
	"eu": {"GDPR", "2016/679", "eu.gdpr", "EUR", "€", "European Union personal data law"},
}

// ofLaw finds the words of every law that is not among the jurisdictions, with what stands around them.
func ofLaw(text string, jurisdictions []string) []string {
	var found []string
	for _, j := range []string{"ru", "ua", "eu"} {
		if slices.Contains(jurisdictions, j) {
			continue
		}
		for _, word := range wordsOfLaw[j] {
			if at := strings.Index(text, word); at >= 0 {
				found = append(found, j+": …"+strings.ToValidUTF8(text[max(0, at-80):min(len(text), at+80)], "")+"…")
			}
		}
	}
	return found
}

// columns are whose fine may be shown to a client of each kind.
var columns = map[string][]string{"company": {"company"}, "sole_trader": {"sole_trader"}, "nonprofit": {"official", "company"}, "public_body": {"official", "company"}}

// TestNoReportShowsAnotherLaw judges portals with every kind of trouble under each law and several
// together, for each kind of client, and reads everything that is written: the result, the page, and
// the words of the PDF.
func TestNoReportShowsAnotherLaw(t *testing.T) {
	for _, scenario := range []string{"leaky", "neglect", "blind"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			portal, err := demo.Start(t.Context(), scenario)
			require.NoError(t, err)
			defer func() { require.NoError(t, portal.Close()) }()
			runner := audit.Runner{Config: portal.Config, Env: portal.Env, Tool: "crmaudit test", Say: t.Logf}
			target := filepath.Join(t.TempDir(), "portal.crmsnap")
			require.NoError(t, runner.Collect(t.Context(), target, snapfile.Encryption{}))
			snapshot, err := snapfile.Open(target, snapfile.OpenOptions{})
			require.NoError(t, err)
			defer func() { require.NoError(t, snapshot.Close()) }()

			cfg := *portal.Config
			cfg.Profile, cfg.Waivers, cfg.Client.Name = "full", "", "X" // what the client wrote about itself may name any law
			yes := true
			cfg.Client.HighRiskData = &yes
			for _, jurisdictions := range [][]string{{"ru"}, {"ua"}, {"eu"}, {"ru", "eu"}, {"ua", "eu"}} {
				for kind, whose := range columns {
					if kind != "company" && (scenario != "leaky" || len(jurisdictions) > 1) {
						continue
					}
					cfg.Jurisdictions, cfg.Client.Kind = jurisdictions, kind
					r, err := audit.Judge(t.Context(), &cfg, snapshot, snapshot.Hash(), runner.Tool, portal.Now)
					require.NoError(t, err)
					readFines(t, r, jurisdictions, whose)
					if kind == "company" { // the words are the same for the others
						readWords(t, r, jurisdictions)
					}
				}
			}
		})
	}
}

func readFines(t *testing.T, r *checks.Result, jurisdictions, whose []string) {
	t.Helper()
	for _, f := range r.Findings {
		for _, fine := range f.Fines {
			law, _, _ := strings.Cut(fine.Ref, ".")
			assert.Contains(t, jurisdictions, law, f.Check)
			assert.False(t, fine.Edition.IsZero(), fine.Ref)
			if law == "ua" && !slices.Contains(whose, "sole_trader") {
				assert.Equal(t, "official", fine.Subject, "%s fines no organisation", fine.Ref)
				continue
			}
			assert.Contains(t, whose, fine.Subject, fine.Ref)
		}
	}
}

func readWords(t *testing.T, r *checks.Result, jurisdictions []string) {
	t.Helper()
	sealed, err := r.Seal()
	require.NoError(t, err)
	assert.Empty(t, ofLaw(string(sealed), jurisdictions), "result of %v", jurisdictions)
	asked, err := questions.Load()
	require.NoError(t, err)
	for _, l := range lang.All {
		doc, err := report.Build(r, report.Options{Lang: l, Limits: report.PDFLimits, Question: func(id string) string {
			q, _ := asked.ByID(id)
			return q.Text[l].Ask
		}})
		require.NoError(t, err)
		words, err := json.Marshal(doc) // the PDF prints nothing else
		require.NoError(t, err)
		assert.Empty(t, ofLaw(string(words), jurisdictions), "report of %v in %s", jurisdictions, l)
		if l == lang.EN {
			var page bytes.Buffer
			require.NoError(t, html.Write(&page, doc))
			assert.Empty(t, ofLaw(page.String(), jurisdictions), "page of %v", jurisdictions)
		}
		require.Len(t, doc.Law, len(jurisdictions))
		for i, j := range jurisdictions {
			assert.Equal(t, j == "ru", doc.Law[i].Level != "", "only Russian law knows protection levels")
			assert.NotEmpty(t, doc.Law[i].Disclaimer)
			assert.NotEmpty(t, doc.Law[i].Edition)
		}
	}
}

// TestTextsNameNoLawThatIsNotTheirs reads every text of every check and question, found or not: one
// that is asked under several laws names none of them but in its references.
func TestTextsNameNoLawThatIsNotTheirs(t *testing.T) {
	list, err := catalog.Load()
	require.NoError(t, err)
	for _, c := range list {
		for _, l := range lang.All {
			text := c.Text[l] // the sentences about subjects depend on the law; the test above reads those
			words, err := json.Marshal([]any{text.Title, text.Risk, text.Steps, text.On})
			require.NoError(t, err)
			assert.Empty(t, ofLaw(string(words), only(c.Jurisdictions)), "%s in %s", c.ID, l)
		}
	}
	asked, err := questions.Load()
	require.NoError(t, err)
	for _, q := range asked.All() {
		text, err := json.Marshal([]any{q.Text, q.Choices, q.Columns})
		require.NoError(t, err)
		assert.Empty(t, ofLaw(string(text), only(q.Jurisdictions)), q.ID)
	}
}

// TestStarterAsksWhatItsLawAsks reads the questionnaires that an audit under one law begins with.
func TestStarterAsksWhatItsLawAsks(t *testing.T) {
	for _, j := range []string{"ru", "ua", "eu"} {
		for _, l := range lang.All {
			starter, err := questions.Template(l, j)
			require.NoError(t, err)
			assert.Empty(t, ofLaw(string(starter), []string{j}), "%s in %s", j, l)
			assert.Contains(t, string(starter), "\n  policy_published:", j)
		}
	}
}

// only is the one jurisdiction that something is asked under, nothing where there are several.
func only(jurisdictions []string) []string {
	if len(jurisdictions) == 1 {
		return jurisdictions
	}
	return nil
}
