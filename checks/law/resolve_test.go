package law

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
)

func TestResolveAndCite(t *testing.T) {
	l := mustLoad(t)
	for _, c := range []struct {
		ref, jurisdiction string
		fines             int
		ru, en            string
	}{
		{"ru.152fz.19.2.8", "ru", 0, "152-ФЗ, ст. 19 ч. 2 п. 8", "152-FZ, Art. 19(2)(8)"},
		{"ru.152fz.18.1.2", "ru", 0, "152-ФЗ, ст. 18.1 ч. 2", "152-FZ, Art. 18.1(2)"},
		{"ru.152fz.21.3.1", "ru", 0, "152-ФЗ, ст. 21 ч. 3.1", "152-FZ, Art. 21(3.1)"},
		{"ru.152fz.22.1", "ru", 0, "152-ФЗ, ст. 22 ч. 1", "152-FZ, Art. 22(1)"},
		{"ru.152fz.22.1a", "ru", 0, "152-ФЗ, ст. 22.1", "152-FZ, Art. 22.1"},
		{"ru.pp1119.13.в", "ru", 0, "ПП РФ № 1119, п. 13 «в»", "Decree No. 1119, para. 13(c)"},
		{"ru.fstek21.УПД.1", "ru", 0, "Приказ ФСТЭК № 21, УПД.1", "FSTEC Order No. 21, УПД.1"},
		{"ru.koap13.11.1.1", "ru", 1, "КоАП РФ, ст. 13.11 ч. 1.1", "Code of Administrative Offences, Art. 13.11(1.1)"},
		{"ru.koap13.11.12-14", "ru", 3, "КоАП РФ, ст. 13.11 ч. 12–14", "Code of Administrative Offences, Art. 13.11(12–14)"},
		{"ru.koap13.11.1-2", "ru", 2, "КоАП РФ, ст. 13.11 ч. 1–2", "Code of Administrative Offences, Art. 13.11(1–2)"},
		{"ua.2297.24.1", "ua", 0, "Закон № 2297-VI, ст. 24 ч. 1", "Law No. 2297-VI, Art. 24(1)"},
		{"ua.order1-02-14.2-revoke", "ua", 0, "Приказ Омбудсмена № 1/02-14, Типовой порядок, прекращение доступа", "Ombudsman’s Order No. 1/02-14, Typical procedure, end of access"},
		{"ua.kupap.188-39", "ua", 4, "КУоАП, ст. 188-39", "Code of Administrative Offences, Art. 188-39"},
		{"ua.kupap.188-39.4", "ua", 1, "КУоАП, ст. 188-39 ч. 4", "Code of Administrative Offences, Art. 188-39(4)"},
		{"eu.gdpr.32.1.b", "eu", 1, "GDPR, ст. 32 ч. 1 п. b", "GDPR, Art. 32(1)(b)"},
		{"eu.gdpr.24", "eu", 0, "GDPR, ст. 24", "GDPR, Art. 24"},
		{"iso27001.A.5.16", Any, 0, "ISO/IEC 27001, A.5.16", "ISO/IEC 27001, A.5.16"},
		{"cis.5.3", Any, 0, "CIS Controls v8.1, 5.3", "CIS Controls v8.1, 5.3"},
		{"nist.AC-2(3)", Any, 0, "NIST SP 800-53, AC-2(3)", "NIST SP 800-53, AC-2(3)"},
		{"asvs.V6.3.3", Any, 0, "OWASP ASVS 5.0.0, V6.3.3", "OWASP ASVS 5.0.0, V6.3.3"},
	} {
		r, ok := l.Resolve(c.ref)
		require.True(t, ok, c.ref)
		require.Equal(t, c.ref, r.ID)
		require.Equal(t, c.jurisdiction, r.Jurisdiction, c.ref)
		require.Len(t, r.Fines, c.fines, c.ref)
		require.Equal(t, c.ru, strings.ReplaceAll(r.Cite(lang.RU), lang.NBSP, " "))
		require.Equal(t, c.en, strings.ReplaceAll(r.Cite(lang.EN), lang.NBSP, " "))
	}
	r, _ := l.Resolve("ru.152fz.19.2.8")
	require.Contains(t, r.Cite(lang.RU), "ст."+lang.NBSP+"19 ч."+lang.NBSP+"2")
}

func TestResolveRefuses(t *testing.T) {
	l := mustLoad(t)
	for _, ref := range []string{
		"", ".", "-", "ru", "ru.152fz", "ru.152fz.", "ru.152fz.999", "gdpr.32.1.b", "ru.koap13.11", "ru.koap13.11.",
		"ru.koap13.11.14-12", "ru.koap13.11.12-12", "ru.koap13.11.12-99999999999999999999", "ru.koap13.11.17-19",
		"ru.koap13.11.-1", "ru.koap13.11.12-", "ru.koap13.11.012-14", "ru.koap13.11.+12-14", "RU.152FZ.19.2.8",
	} {
		_, ok := l.Resolve(ref)
		require.False(t, ok, ref)
	}
}

func TestForKeepsLawsApart(t *testing.T) {
	l := mustLoad(t)
	refs := []string{"ru.152fz.19.2.8", "ua.2297.24.1", "eu.gdpr.32.1.b", "cis.5.3", "ru.koap13.11.1", "cis.5.3", "ru.152fz.404"}
	for _, c := range []struct {
		jurisdictions, want []string
	}{
		{[]string{"ru"}, []string{"ru.152fz.19.2.8", "cis.5.3", "ru.koap13.11.1"}},
		{[]string{"ua"}, []string{"ua.2297.24.1", "cis.5.3"}},
		{[]string{"eu", "ua"}, []string{"ua.2297.24.1", "eu.gdpr.32.1.b", "cis.5.3"}},
		{nil, []string{"cis.5.3"}},
		{[]string{Any}, []string{"cis.5.3"}},
	} {
		var got []string
		for _, r := range l.For(c.jurisdictions, refs) {
			got = append(got, r.ID)
		}
		require.Equal(t, c.want, got, c.jurisdictions)
	}
}

func TestMandatory(t *testing.T) {
	l := mustLoad(t)
	for _, c := range []struct {
		ref  string
		uz   int
		want Force
	}{
		{"ru.fstek21.УПД.1", 4, Mandatory},
		{"ru.fstek21.УПД.1", 0, Mandatory},   // it binds at every level, so the level need not be known
		{"ru.fstek21.ОДТ.4", 0, Recommended}, // level not known: claim nothing
		{"ru.fstek21.УПД.9", 1, Recommended}, // in no basic set
		{"ru.fstek21.УПД.10", 4, Recommended},
		{"ru.fstek21.УПД.10", 3, Mandatory},
		{"ru.fstek21.ЗИС.1", 2, Recommended},
		{"ru.fstek21.ЗИС.1", 1, Mandatory},
		{"ru.pp1119.13.в", 4, Mandatory},
		{"ru.pp1119.14", 4, Recommended},
		{"ru.pp1119.14", 3, Mandatory},
		{"ru.pp1119.17", 4, Mandatory},
		{"ru.152fz.19.2.7", 4, Mandatory},
		{"ru.152fz.19.2.7", 0, Mandatory},
		{"ua.2297.24.1", 0, Mandatory},
		{"iso27001.A.8.13", 1, Recommended},
		{"no.such.ref", 1, Recommended},
	} {
		require.Equal(t, c.want, l.Mandatory(c.ref, c.uz), "%s at level %d", c.ref, c.uz)
	}
	for _, measure := range []string{"ОДТ.4", "ОДТ.5", "РСБ.5", "СОВ.1"} { // backups, monitoring, intrusions: never below level 2
		for uz, want := range map[int]Force{1: Mandatory, 2: Mandatory, 3: Recommended, 4: Recommended} {
			require.Equal(t, want, l.Mandatory("ru.fstek21."+measure, uz), "%s at level %d", measure, uz)
		}
	}
}

func FuzzResolve(f *testing.F) {
	for _, seed := range []string{
		"ru.152fz.19.2.8", "ru.koap13.11.12-14", "ru.koap13.11.1-2", "ua.kupap.188-39", "nist.AC-2(3)", "ru.pp1119.13.в",
		"ru.koap13.11.1-999999999", "ru.koap13.11.-", "12-14", ".1-2", "\xff-\x00", "eu.gdpr.",
	} {
		f.Add(seed)
	}
	l := mustLoad(f)
	f.Fuzz(func(t *testing.T, ref string) {
		r, ok := l.Resolve(ref)
		if !ok {
			require.Empty(t, l.For([]string{"ru", "ua", "eu"}, []string{ref}))
			require.Equal(t, Recommended, l.Mandatory(ref, 1))
			return
		}
		require.Equal(t, ref, r.ID)
		require.True(t, strings.HasPrefix(ref, r.Act.ID+"."))
		require.True(t, r.Provision != nil || len(r.Fines) > 0)
		for _, in := range lang.All {
			require.NotEmpty(t, r.Place(in))
		}
	})
}
