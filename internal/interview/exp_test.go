package interview

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

func TestExp(t *testing.T) {
	for _, sc := range [][2]string{{"leaky", "romashka"}, {"tidy", "romashka"}, {"box", "romashka-box"}} {
		files, _ := fs.Glob(nil2(), "x")
		_ = files
		f, _ := fixtures.Open(sc[0])
		ay, _ := fs.ReadFile(f, "audit.yaml")
		full, _ := fs.ReadFile(f, "answers.yaml")
		cfg, err := config.Parse("/tmp/audit.yaml", ay)
		_ = err
		cfg.Waivers = ""
		m, _ := fs.Glob(osdir("/tmp/i4/"+sc[0]), "*.crmsnap")
		s, err := snapfile.Open("/tmp/i4/"+sc[0]+"/"+m[0], snapfile.OpenOptions{})
		require.NoError(t, err)
		now := s.Info().TakenAt
		for _, data := range [][]byte{[]byte("version: 1\n"), full} {
			sheet, err := answers.ReadSheet("a.yaml", data, 100, func() time.Time { return now })
			require.NoError(t, err)
			w, err := WithAnswers(context.Background(), s, sheet)
			require.NoError(t, err)
			t0 := time.Now()
			r, err := audit.Judge(context.Background(), cfg, w, "", "t", now)
			require.NoError(t, err)
			fmt.Println(sc[0], len(data), time.Since(t0), r.Score.Value, r.Score.Coverage)
			qs, _ := questions.Load()
			asked := map[string][]string{}
			for _, v := range r.Verdicts {
				if v.Verdict != checks.NotAssessed {
					continue
				}
				var asks []string
				for _, g := range v.Reasons {
					if g.Ask != "" {
						asks = append(asks, g.Ask)
						asked[g.Ask] = append(asked[g.Ask], v.Check)
					} else { asks = append(asks, "!"+g.Fact+" "+string(g.Reason)) }
				}
				var can []string
				for _, q := range qs.For(v.Check) {
					if !slices.Contains(asks, q.ID) {
						can = append(can, q.ID)
					}
				}
				fmt.Println("  ", v.Check, asks, "also", can)
			}
			fmt.Println(len(asked), "questions asked of", len(qs.All()))
			n:=0
			for _, q := range qs.All() {
				_, has := sheet.Given(q.ID)
				if has {n++}
				if has && asked[q.ID] == nil && len(data)>20 { }
				if len(data) < 20 && asked[q.ID] == nil {
					fs2, _ := answers.ReadSheet("a.yaml", full, 100, func() time.Time { return now })
					_, h := fs2.Given(q.ID)
					fmt.Println("     not asked:", q.ID, q.Checks, q.Jurisdictions, "in fixture:", h)
				}
			}
			fmt.Println("given",n)
		}
	}
}
