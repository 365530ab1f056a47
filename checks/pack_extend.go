package checks

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/nearest"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// extension is a file that changes a check of somebody else. It may set how bad a failure is, the
// thresholds within their bounds, and what is said of it; the question stays.
type extension struct {
	Extends  string             `yaml:"extends"`
	Disable  *disabling         `yaml:"disable"`
	Severity Severity           `yaml:"severity"`
	Tier     int                `yaml:"tier"`
	Params   map[string]Param   `yaml:"params"`
	Refs     []string           `yaml:"refs"` // beside those that are there
	Fix      Fix                `yaml:"fix"`
	Text     map[lang.Lang]Text `yaml:"text"`
	Examples []Example          `yaml:"examples"` // one of the same name is replaced

	file   string
	digest string
	pack   *Pack
}

type disabling struct {
	Reason sameOrEach `yaml:"reason"`
}

// Disabling is why a check is not asked, and which pack says so.
type Disabling struct {
	Pack   string
	Reason Texts
}

func loadExtension(name string, data []byte) (*extension, error) {
	x := &extension{file: name, digest: fmt.Sprintf("%x", sha256.Sum256(data))}
	if err := yamlfile.Decode(name, data, x); err != nil {
		return nil, err
	}
	keys := x.keys()
	switch {
	case x.Disable != nil && len(keys) > 1:
		return nil, fail.New(fail.Usage, "keep one of the two", "%s: a check that is disabled has nothing else to change", name)
	case x.Disable != nil:
		if t := x.Disable.Reason.trouble(); t != "" {
			return nil, fail.New(fail.Usage, "disable: {reason: why nobody asks}", "%s: disable.reason %s", name, t)
		}
	case len(keys) == 0:
		return nil, fail.New(fail.Usage, "it may set severity, tier, params, text, fix, refs, examples or disable", "%s changes nothing of %s", name, x.Extends)
	}
	return x, nil
}

// keys are what the file sets, each in the words of a path: text.ru.title.
func (x *extension) keys() []string {
	var keys []string
	add := func(set bool, format string, args ...any) {
		if set {
			keys = append(keys, fmt.Sprintf(format, args...))
		}
	}
	add(x.Disable != nil, "disable")
	add(x.Severity != "", "severity")
	add(x.Tier != 0, "tier")
	for _, name := range slices.Sorted(maps.Keys(x.Params)) {
		add(true, "params.%s", name)
	}
	add(len(x.Refs) > 0, "refs")
	add(x.Fix.Who != "", "fix.who")
	add(x.Fix.Minutes != 0, "fix.minutes")
	add(x.Fix.Horizon != "", "fix.horizon")
	for _, l := range slices.Sorted(maps.Keys(x.Text)) {
		t := x.Text[l]
		add(t.Title != "", "text.%s.title", l)
		add(t.Summary != "", "text.%s.summary", l)
		add(t.Finding != "", "text.%s.finding", l)
		add(t.Risk != "", "text.%s.risk", l)
		add(len(t.Steps) > 0, "text.%s.steps", l)
		for _, platform := range slices.Sorted(maps.Keys(t.On)) {
			add(true, "text.%s.on.%s", l, platform)
		}
	}
	for _, e := range x.Examples {
		add(true, "examples.%s", e.Name)
	}
	return keys
}

// apply gives the check with the changes; the check itself stays as it is.
func (x *extension) apply(c *Check) (*Check, error) {
	changed := *c
	changed.Digest = fmt.Sprintf("%x", sha256.Sum256([]byte(c.Digest+" "+x.digest)))
	changed.File = x.file
	if x.Disable != nil {
		changed.Disabled = &Disabling{Pack: x.pack.Name, Reason: Texts(x.Disable.Reason)}
		return &changed, nil
	}
	if x.Severity != "" {
		changed.Severity = x.Severity
	}
	if x.Tier != 0 {
		changed.Tier = x.Tier
	}
	changed.Refs = slices.Clone(c.Refs)
	for _, ref := range x.Refs {
		if !slices.Contains(changed.Refs, ref) {
			changed.Refs = append(changed.Refs, ref)
		}
	}
	changed.Params = maps.Clone(c.Params)
	for _, name := range slices.Sorted(maps.Keys(x.Params)) {
		p, err := x.param(c, name)
		if err != nil {
			return nil, err
		}
		changed.Params[name] = p
	}
	changed.Fix = x.Fix.over(c.Fix)
	changed.Text = maps.Clone(c.Text)
	for l, t := range x.Text {
		if !slices.Contains(lang.All, l) {
			return nil, fail.New(fail.Usage, "text is written in ru, uk and en", "%s: text: there are no reports in the language %q", x.file, l)
		}
		changed.Text[l] = t.over(c.Text[l])
	}
	changed.Examples = x.examples(c)
	return &changed, Validate(&changed)
}

// param is the threshold after the change: another default within the bounds, or narrower bounds.
func (x *extension) param(c *Check, name string) (Param, error) {
	old, ok := c.Params[name]
	if !ok {
		hint := "see `crmaudit checks show " + c.ID + "`"
		if near := nearest.Of(name, slices.Sorted(maps.Keys(c.Params))); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return old, fail.New(fail.Usage, hint, "%s: %s has no threshold %s", x.file, c.ID, name)
	}
	p := x.Params[name]
	refuse := func(hint, format string, args ...any) (Param, error) {
		return old, fail.New(fail.Usage, hint, "%s: params.%s: "+format, append([]any{x.file, name}, args...)...)
	}
	if p.Default != nil {
		if err := c.CheckParam(name, p.Default); err != nil {
			return old, fail.Wrap(err, fail.Usage, "a pack chooses within the bounds of the check", x.file)
		}
		if strings.TrimSpace(p.Why) == "" {
			return refuse("why: our contract, clause 4", "why is missing: say where %v comes from", p.Default)
		}
		old.Default = p.Default
	}
	if p.Why != "" {
		old.Why = p.Why
	}
	if p.Min == nil && p.Max == nil {
		return old, nil
	}
	if old.Min == nil || old.Max == nil {
		return refuse("leave min and max out", "what is no number has no bounds")
	}
	low, high := *old.Min, *old.Max
	if p.Min != nil {
		low = *p.Min
	}
	if p.Max != nil {
		high = *p.Max
	}
	if !(low >= *old.Min && high <= *old.Max) {
		return refuse("a pack may narrow the bounds, never widen them", "%v to %v is wider than the bounds of %s, %v to %v", low, high, c.ID, *old.Min, *old.Max)
	}
	old.Min, old.Max = &low, &high
	return old, nil
}

// over puts what is set in f over the rest of g.
func (f Fix) over(g Fix) Fix {
	if f.Who != "" {
		g.Who = f.Who
	}
	if f.Minutes != 0 {
		g.Minutes = f.Minutes
	}
	if f.Horizon != "" {
		g.Horizon = f.Horizon
	}
	return g
}

// over puts what is written in t over the rest of u.
func (t Text) over(u Text) Text {
	for _, s := range []struct {
		from string
		to   *string
	}{{t.Title, &u.Title}, {t.Summary, &u.Summary}, {t.Finding, &u.Finding}, {t.Risk, &u.Risk}} {
		if s.from != "" {
			*s.to = s.from
		}
	}
	if len(t.Steps) > 0 {
		u.Steps = t.Steps
	}
	if len(t.On) > 0 {
		on := maps.Clone(u.On)
		if on == nil {
			on = map[string][]string{}
		}
		maps.Copy(on, t.On)
		u.On = on
	}
	return u
}

// examples are those of the check, where the file does not tell one anew, and the file's own.
func (x *extension) examples(c *Check) []Example {
	var list []Example
	for _, e := range c.Examples {
		if !slices.ContainsFunc(x.Examples, func(own Example) bool { return own.Name == e.Name }) {
			list = append(list, e)
		}
	}
	return append(list, x.Examples...)
}
