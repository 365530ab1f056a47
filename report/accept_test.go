package report

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// The line that a report prints becomes a waiver once its empty fields are filled in, whatever the
// portal calls its people and things.
func TestAcceptedRiskCanBePasted(t *testing.T) {
	words, err := LoadCatalogue(lang.RU)
	require.NoError(t, err)
	b := &builder{l: lang.RU, t: words}
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, ref := range []string{
		"user:12", "all", "credential:Обмен с 1С", "link:a, b}", `link:"x" \ 'y'`, "link:# no", "link:a: b", "role:{{x}}", "link:tab\tx", "link:new\nline",
		"link:\u2028owner: me", "link:\u0085x", "group:", "user:12 ", "link:&a *b !c %d @e",
	} {
		f := checks.Finding{Check: "ACC-002", K: 1, Waiver: &checks.Waiver{Check: "ACC-002", Subject: ref, Since: day, Expires: day.AddDate(0, 0, 90)}}
		line, note := b.accept(&f)
		require.NotEmpty(t, note)
		require.NotContains(t, line, "\n")
		_, err := checks.LoadWaivers("waivers.yaml", []byte("version: 1\nwaivers:\n"+line))
		require.ErrorContains(t, err, "is missing", "as it is printed, nobody answers for it")
		filled := regexp.MustCompile(`(owner|approver|reason): ""`).ReplaceAllString(line, `$1: Анна`)
		list, err := checks.LoadWaivers("waivers.yaml", []byte("version: 1\nwaivers:\n"+filled))
		require.NoError(t, err, line)
		require.Equal(t, []checks.Waiver{{Check: "ACC-002", Subject: ref, Owner: "Анна", Approver: "Анна", Reason: "Анна", Since: day, Expires: day.AddDate(0, 0, 90)}}, list)
	}
	line, note := b.accept(&checks.Finding{})
	require.Empty(t, line+note)

	several := checks.Finding{Check: "ACC-002", K: 3, Waiver: &checks.Waiver{Check: "ACC-002", Subject: "all"}, Subjects: []checks.SubjectRow{{Ref: "user:1"}, {Ref: "user:2", Waived: true}, {Ref: "link:a b"}}}
	_, note = b.accept(&several)
	require.True(t, strings.HasSuffix(note, `user:1, "link:a b".`), note)
}
