package checks

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
)

const aManifest = "name: firm\nversion: 1.0.0\nowner: Firm Ltd\ndescription: Rules of the firm\n"

// catalogueOf is a rule set of the model check alone, with a check that has no bounds on its list.
func catalogueOf(t testing.TB) []*Check {
	c, err := LoadRule("ACC-002.yaml", []byte(model(t)), nil)
	require.NoError(t, err)
	c.Aliases = []string{"OLD-002"}
	return []*Check{c}
}

func packOf(t testing.TB, name string, files map[string]string) *Pack {
	p, err := newPack(name, bytesOf(name, files), "v1.0.0")
	require.NoError(t, err)
	return p
}

func bytesOf(name string, files map[string]string) map[string][]byte {
	all := map[string][]byte{ManifestName: []byte(strings.Replace(aManifest, "firm", name, 1))}
	for n, text := range files {
		all[n] = []byte(text)
	}
	return all
}

func TestPackChangesACheck(t *testing.T) {
	catalogue := catalogueOf(t)
	before := *catalogue[0]
	p := packOf(t, "firm", map[string]string{"acc.yaml": `
extends: OLD-002
severity: critical
params: {stale_days: {default: 30, max: 60, why: "contract, clause 4"}}
refs: [cis.5.3, cis.5.4]
fix: {minutes: 5}
text:
  ru: {title: Никто не пропадает на месяц, on: {amocrm: [Отключите учётную запись.]}}
examples:
  - {name: used last week, facts: {user: [{id: "1", active: true, kind: human, last_activity: 2026-11-20T08:00:00Z}]}, want: pass}
  - name: five weeks
    facts: {user: [{id: "1", active: true, kind: human, last_login: 2026-10-18T08:00:00Z, last_activity: 2026-10-18T08:00:00Z}]}
    want: fail
`})
	list, uses, err := Combine(catalogue, []*Pack{p})
	require.NoError(t, err)
	require.Len(t, list, 1)
	c := list[0]
	require.Equal(t, []string{"ACC-002"}, uses[0].Changed)
	require.Equal(t, Critical, c.Severity)
	require.Equal(t, 30, c.Params["stale_days"].Default)
	require.InDelta(t, 7, *c.Params["stale_days"].Min, 0, "the bound that was left alone")
	require.InDelta(t, 60, *c.Params["stale_days"].Max, 0)
	require.Equal(t, append(slices.Clone(before.Refs), "cis.5.4"), c.Refs, "a reference stands once")
	require.Equal(t, Fix{Who: "admin", Minutes: 5, Horizon: "week"}, c.Fix)
	require.Equal(t, "Никто не пропадает на месяц", c.Text[lang.RU].Title)
	require.Equal(t, before.Text[lang.RU].Risk, c.Text[lang.RU].Risk)
	require.Equal(t, before.Text[lang.EN], c.Text[lang.EN])
	require.ElementsMatch(t, append(slices.Collect(maps.Keys(before.Text[lang.RU].On)), "amocrm"), slices.Collect(maps.Keys(c.Text[lang.RU].On)))
	require.NotEqual(t, before.Digest, c.Digest)
	require.Len(t, c.Examples, len(before.Examples)+1, "one example is told anew, one is new")
	for _, e := range c.Examples {
		require.NoError(t, e.Try(c), e.Name)
	}
	fresh := catalogueOf(t)[0]
	require.Equal(t, []any{fresh.Severity, fresh.Params, fresh.Refs, fresh.Fix, fresh.Text, fresh.Examples, fresh.Digest},
		[]any{before.Severity, before.Params, before.Refs, before.Fix, before.Text, before.Examples, before.Digest}, "the catalogue itself stays as it is")
}

func TestPackAddsAndExtendsWhatAnotherAdds(t *testing.T) {
	own := strings.Replace(model(t), "id: ACC-002", "id: EXT-001", 1)
	first := packOf(t, "zeta", map[string]string{"EXT-001.yaml": own})
	second := packOf(t, "alpha", map[string]string{"x.yaml": "extends: EXT-001\nseverity: low\n"})
	list, uses, err := Combine(catalogueOf(t), []*Pack{first, second})
	require.NoError(t, err)
	require.Equal(t, []string{"ACC-002", "EXT-001"}, []string{list[0].ID, list[1].ID})
	require.Equal(t, Low, list[1].Severity)
	require.Equal(t, "alpha", uses[0].Name, "packs are told in the order of their names")
	require.Equal(t, []string{"EXT-001"}, uses[1].Added)

	again, same, err := Combine(catalogueOf(t), []*Pack{second, first})
	require.NoError(t, err)
	require.Equal(t, uses, same)
	require.Equal(t, list[1].Digest, again[1].Digest, "the order in which they are named makes no difference")
}

// A disabled check stays in the sum as not assessed: nobody gains a point by not asking.
func TestDisabledCheckIsNotAssessed(t *testing.T) {
	p := packOf(t, "firm", map[string]string{"off.yaml": "extends: ACC-002\ndisable: {reason: {ru: не нужна, uk: не потрібна, en: not needed}}\n"})
	list, uses, err := Combine(catalogueOf(t), []*Pack{p})
	require.NoError(t, err)
	require.Equal(t, []string{"ACC-002"}, uses[0].Disabled)
	require.Equal(t, &Disabling{Pack: "firm", Reason: Texts{"ru": "не нужна", "uk": "не потрібна", "en": "not needed"}}, list[0].Disabled)
	failing := list[0].Examples[slices.IndexFunc(list[0].Examples, func(e Example) bool { return e.Want == Failed })]
	s, err := failing.Snapshot()
	require.NoError(t, err)
	o := judge(t, s, list[0])[0].Outcome
	require.Equal(t, NotAssessed, o.Verdict)
	require.Equal(t, []Gap{{Fact: "check.ACC-002", Reason: DisabledByPack}}, o.Reasons)

	same, err := newPack("firm", bytesOf("firm", map[string]string{"off.yaml": "extends: ACC-002\ndisable: {reason: one text for all}\n"}), "dev")
	require.NoError(t, err)
	require.Equal(t, "one text for all", same.extensions[0].Disable.Reason["uk"])
}

// TestBadExtensions changes nothing that a pack may not change, and says where and why.
func TestBadExtensions(t *testing.T) {
	for _, c := range []struct{ name, text, want, hint string }{
		{"unknown check", "extends: ACC-020\nseverity: low", `x.yaml: there is no check "ACC-020" to extend`, "did you mean ACC-002?"},
		{"no check", "extends:\nseverity: low", `there is no check "" to extend`, "checks list"},
		{"nothing", "extends: ACC-002", "changes nothing of ACC-002", ""},
		{"unknown key", "extends: ACC-002\nsevirity: low", `x.yaml:2: unknown key "sevirity"`, `did you mean "severity"?`},
		{"another question", "extends: ACC-002\nfail: user.active", `unknown key "fail"`, ""},
		{"severity", "extends: ACC-002\nseverity: lowest", `severity "lowest" is not one of`, ""},
		{"critical in tier 2", "extends: ACC-002\nseverity: critical\ntier: 2", "belongs to tier 1", ""},
		{"unknown threshold", "extends: ACC-002\nparams: {stale_day: {default: 30, why: x}}", "ACC-002 has no threshold stale_day", `did you mean "stale_days"?`},
		{"out of bounds", "extends: ACC-002\nparams: {stale_days: {default: 400, why: x}}", "its bounds are 7 and 365", ""},
		{"not a number", "extends: ACC-002\nparams: {stale_days: {default: .nan, why: x}}", "stale_days is a whole number", ""},
		{"a list", "extends: ACC-002\nparams: {stale_days: {default: [1], why: x}}", "stale_days is a whole number", ""},
		{"without a reason", "extends: ACC-002\nparams: {stale_days: {default: 30}}", "why is missing: say where 30 comes from", ""},
		{"wider below", "extends: ACC-002\nparams: {stale_days: {min: 1}}", "1 to 365 is wider than the bounds of ACC-002, 7 to 365", "narrow"},
		{"wider above", "extends: ACC-002\nparams: {stale_days: {max: 1000}}", "is wider than the bounds", ""},
		{"no bound at all", "extends: ACC-002\nparams: {stale_days: {max: .nan}}", "is wider than the bounds", ""},
		{"narrowed past the default", "extends: ACC-002\nparams: {stale_days: {max: 40}}", "its default is outside its bounds", ""},
		{"empty after all", "extends: ACC-002\ntext: {en: {title: ' '}}", "text.en.title is empty", ""},
		{"another language", "extends: ACC-002\ntext: {fr: {title: Rien}}", `no reports in the language "fr"`, ""},
		{"disabled without a reason", "extends: ACC-002\ndisable: {}", "disable.reason is empty in ru", ""},
		{"disabled in one language", "extends: ACC-002\ndisable: {reason: {en: later}}", "disable.reason is empty in ru", ""},
		{"disabled in another language", "extends: ACC-002\ndisable: {reason: {fr: x, en: x, ru: x, uk: x}}", `has the language "fr"`, ""},
		{"disabled and changed", "extends: ACC-002\ndisable: {reason: x}\nseverity: low", "has nothing else to change", ""},
		{"a native question", strings.Replace(model(t), "for: user\n", "native: late_logins\n", 1), "there is no native question", "only the program's own"},
		{"an id that is taken", model(t), "ACC-002.yaml and firm/x.yaml both define ACC-002", "write `extends: ACC-002`"},
		{"an id that was taken", strings.Replace(model(t), "id: ACC-002", "id: OLD-002", 1), "both define OLD-002", "extends: ACC-002"},
		{"an alias that is taken", strings.Replace(model(t), "id: ACC-002", "id: EXT-001\naliases: [ACC-002]", 1), "both define ACC-002", ""},
		{"a bomb", "extends: &a [x, x, x, x, x, x, x, x, x]\nparams: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nrefs: [*b, *b, *b, *b, *b, *b, *b, *b]", "x.yaml:1: cannot read a list as text", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := newPack("firm", bytesOf("firm", map[string]string{"x.yaml": c.text}), "v1.0.0")
			if err == nil {
				_, _, err = Combine(catalogueOf(t), []*Pack{p})
			}
			require.ErrorContains(t, err, c.want)
			require.Contains(t, fail.Hint(err), c.hint)
			require.Equal(t, fail.Usage, fail.Code(err))
			require.NotContains(t, err.Error(), "map[")
		})
	}
}

// What two files say of one check must not depend on which is read last.
func TestPacksThatContradict(t *testing.T) {
	own := strings.Replace(model(t), "id: ACC-002", "id: EXT-001", 1)
	for _, c := range []struct{ name, one, two, want string }{
		{"the same key", "extends: ACC-002\nseverity: low", "extends: ACC-002\nseverity: info", "a/x.yaml and b/x.yaml both change severity of ACC-002"},
		{"the same key by a former name", "extends: ACC-002\nseverity: low", "extends: OLD-002\nseverity: low", "both change severity of ACC-002"},
		{"the same threshold", "extends: ACC-002\nparams: {stale_days: {default: 30, why: x}}", "extends: ACC-002\nparams: {stale_days: {default: 31, why: x}}", "both change params.stale_days"},
		{"the same text", "extends: ACC-002\ntext: {en: {risk: One}}", "extends: ACC-002\ntext: {en: {risk: Two}}", "both change text.en.risk"},
		{"the same part of the fix", "extends: ACC-002\nfix: {minutes: 1}", "extends: ACC-002\nfix: {minutes: 2}", "both change fix.minutes"},
		{"disabled and changed", "extends: ACC-002\ndisable: {reason: x}", "extends: ACC-002\nseverity: low", "both change disable of ACC-002"},
		{"changed and disabled", "extends: ACC-002\nrefs: [cis.5.4]", "extends: ACC-002\ndisable: {reason: x}", "both change disable of ACC-002"},
		{"the same new check", own, own, "a/x.yaml and b/x.yaml both define EXT-001"},
		{"different keys", "extends: ACC-002\nseverity: low\nrefs: [cis.5.4]", "extends: ACC-002\ntier: 2\nrefs: [cis.5.4]", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := Combine(catalogueOf(t), []*Pack{packOf(t, "a", map[string]string{"x.yaml": c.one}), packOf(t, "b", map[string]string{"x.yaml": c.two})})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
	p := packOf(t, "a", map[string]string{"x.yaml": "extends: ACC-002\nseverity: low", "y.yaml": "extends: ACC-002\nseverity: info"})
	_, _, err := Combine(catalogueOf(t), []*Pack{p})
	require.ErrorContains(t, err, "a/x.yaml and a/y.yaml both change severity", "within one pack, too")
	_, _, err = Combine(catalogueOf(t), []*Pack{packOf(t, "a", map[string]string{"x.yaml": own}), packOf(t, "a", map[string]string{"y.yaml": "extends: ACC-002\ntier: 2"})})
	require.ErrorContains(t, err, "two packs are called a")
}

func TestBadManifests(t *testing.T) {
	check := strings.Replace(model(t), "id: ACC-002", "id: EXT-001", 1)
	for _, c := range []struct{ old, new, want string }{
		{"name: firm", "name: Firm One", `name "Firm One" is not made of`},
		{"name: firm\n", "", `name "" is not made of`},
		{"version: 1.0.0", "version: new", `version "new" is not a number`},
		{"owner: Firm Ltd", "owner: ''", "owner is missing"},
		{"owner: Firm Ltd", `owner: "a\nb"`, "characters that cannot be printed"},
		{"description: Rules of the firm", "description: {ru: a}", "description is empty in uk"},
		{"description: Rules of the firm", "description: [a]", "firm/pack.yaml:4: cannot read a list as a mapping"},
		{"owner:", "onwer:", `firm/pack.yaml:3: unknown key "onwer"`},
		{"owner:", "min_version: soon\nowner:", `min_version "soon" is not a number`},
		{"owner:", "min_version: 1.10\nowner:", "the pack firm 1.0.0 needs crmaudit 1.10 or newer, this is v1.9.3"},
		{"owner:", "categories: {extra: X}\nowner:", `category "extra" is not the three letters`},
		{"owner:", "categories: {EXT: {ru: X}}\nowner:", "category EXT is empty in uk"},
	} {
		files := map[string][]byte{"EXT-001.yaml": []byte(check), ManifestName: []byte(strings.Replace(aManifest, c.old, c.new, 1))}
		_, err := newPack("firm", files, "v1.9.3")
		require.ErrorContains(t, err, c.want)
		require.Equal(t, fail.Usage, fail.Code(err))
		require.NotEmpty(t, fail.Hint(err), c.want)
	}
	_, err := newPack("firm", bytesOf("firm", nil), "v1.0.0")
	require.ErrorContains(t, err, "the pack firm holds no checks")

	p, err := newPack("firm", map[string][]byte{"EXT-001.yaml": []byte(check), ManifestName: []byte(aManifest + "categories: {ACC: Mine}\n")}, "v1.0.0")
	require.NoError(t, err)
	_, _, err = Combine(catalogueOf(t), []*Pack{p})
	require.ErrorContains(t, err, "names the category ACC, which the catalogue has")
}

func TestOlderThan(t *testing.T) {
	for _, c := range []struct {
		program, wanted string
		older           bool
	}{
		{"1.0.0", "1.0.0", false}, {"v1.0.0", "1", false}, {"v1.2.0", "1.10", true}, {"v0.9", "1.0.0", true}, {"v2.0.0-rc1", "2.0", false},
		{"v1.9.9+dirty", "2", true}, {"dev", "9.9", false}, {"test", "9.9", false}, {"v0.0.0-20261122000000-0123456789ab", "1.0.0", false},
	} {
		require.Equal(t, c.older, olderThan(c.program, c.wanted), "%s against %s", c.program, c.wanted)
	}
}

func TestHostileFolders(t *testing.T) {
	write := func(dir, name string, size int) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), make([]byte, size), 0o600))
	}
	for name, c := range map[string]struct {
		fill func(dir string)
		want string
	}{
		"empty":         {func(string) {}, "there are no checks in"},
		"no manifest":   {func(dir string) { write(dir, "a.yaml", 1) }, "has no pack.yaml"},
		"large file":    {func(dir string) { write(dir, "a.yaml", maxPackFile+1) }, "a.yaml is larger than 1 MB"},
		"many files":    {func(dir string) { fillFolder(t, dir, 10_000) }, "holds more than 1000 files"},
		"large folder":  {func(dir string) { fillLarge(t, dir) }, "together larger than 16 MB"},
		"link":          {func(dir string) { require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(dir, "a.yaml"))) }, "is a link or a device"},
		"folder":        {func(dir string) { require.NoError(t, os.Mkdir(filepath.Join(dir, "more"), 0o700)) }, "is a folder within a pack"},
		"other ending":  {func(dir string) { write(dir, "a.yml", 1) }, "a.yml would not be read"},
		"hidden, notes": {func(dir string) { write(dir, ".a.yaml", 1); write(dir, "README.md", 1) }, "there are no checks in"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.fill(dir)
			_, err := ReadPack(dir, "v1.0.0")
			require.ErrorContains(t, err, c.want)
			require.Equal(t, fail.Usage, fail.Code(err))
			require.NotEmpty(t, fail.Hint(err))
		})
	}
	_, err := ReadPack(filepath.Join(t.TempDir(), "nothing"), "v1.0.0")
	require.ErrorContains(t, err, "read the pack")
	require.Equal(t, fail.Usage, fail.Code(err))
}

func fillFolder(t *testing.T, dir string, n int) {
	for i := range n {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.yaml", i)), nil, 0o600))
	}
}

func fillLarge(t *testing.T, dir string) {
	for i := range 17 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.yaml", i)), make([]byte, maxPackFile), 0o600))
	}
}

// FuzzPack holds that whatever a pack says, the rule set after it is one that could have been written.
func FuzzPack(f *testing.F) {
	f.Add(aManifest, "extends: ACC-002\nseverity: low\nparams: {stale_days: {default: 30, max: 60, why: x}}\ntext: {ru: {title: Иначе}}")
	f.Add(aManifest+"min_version: 0.1\ncategories: {EXT: Outside}\n", strings.Replace(model(f), "id: ACC-002", "id: EXT-001", 1))
	f.Add("name: &a x\nversion: *a\n", "extends: ACC-002\ndisable: {reason: {ru: а, uk: б, en: c}}")
	f.Add(aManifest, "extends: ACC-002\nexamples: [{name: x, want: pass, facts: {user: [{id: 1}]}}]")
	catalogue := catalogueOf(f)
	bounds := catalogue[0].Params["stale_days"]
	f.Fuzz(func(t *testing.T, manifest, file string) {
		p, err := newPack("fuzz", map[string][]byte{ManifestName: []byte(manifest), "x.yaml": []byte(file)}, "v1.0.0")
		if err != nil {
			return
		}
		list, uses, err := Combine(catalogue, []*Pack{p})
		if err != nil {
			return
		}
		require.Len(t, uses, 1)
		for _, c := range list {
			require.NoError(t, Validate(c))
			if c.ID == "ACC-002" {
				now := c.Params["stale_days"]
				require.GreaterOrEqual(t, *now.Min, *bounds.Min)
				require.LessOrEqual(t, *now.Max, *bounds.Max)
			}
			for _, e := range c.Examples {
				_ = e.Try(c) // may differ from what is wanted, must not panic
			}
		}
	})
}
