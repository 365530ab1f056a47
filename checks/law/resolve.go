package law

import (
	"slices"
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/internal/lang"
)

// Reference is what a reference id of a check stands for: a provision, one or more fines, or both.
type Reference struct {
	ID           string // ru.152fz.19.2.8, ru.koap13.11.12-14
	Jurisdiction string // ru, ua, eu, or any for a control
	Act          *Act
	Provision    *Provision // nil when the reference names parts of an article with fines
	Fines        []*Fine    // in the order of the act
	parts        string     // «12–14»
}

// Resolve finds what ref stands for. A range of whole parts, ru.koap13.11.12-14, stands for each of
// them; a provision also brings the fines that cover it.
func (l *Library) Resolve(ref string) (Reference, bool) {
	if v := l.provisions[ref]; v != nil {
		r := l.reference(ref, v.Act)
		r.Provision, r.Fines = v, l.covering(ref, l.home[v.Act])
		return r, true
	}
	if f := l.fines[ref]; f != nil {
		r := l.reference(ref, f.Act)
		r.Fines, r.parts = []*Fine{f}, f.Part
		return r, true
	}
	fines := l.fineRange(ref)
	if fines == nil {
		return Reference{}, false
	}
	r := l.reference(ref, fines[0].Act)
	r.Fines, r.parts = fines, fines[0].Part+"–"+fines[len(fines)-1].Part
	return r, true
}

func (l *Library) reference(ref, act string) Reference {
	return Reference{ID: ref, Act: l.acts[act], Jurisdiction: l.home[act].Jurisdiction}
}

// covering lists the fines of the pack for a breach of the provision.
func (l *Library) covering(provision string, p *Pack) []*Fine {
	var list []*Fine
	for _, f := range p.Fines {
		if slices.ContainsFunc(f.Covers, func(c string) bool { return provision == c || strings.HasPrefix(provision, c+".") }) {
			list = append(list, f)
		}
	}
	return list
}

// fineRange reads "…12-14": every whole part from the first to the last must exist.
func (l *Library) fineRange(ref string) []*Fine {
	dot := strings.LastIndexByte(ref, '.')
	from, to, ok := strings.Cut(ref[dot+1:], "-")
	if !ok {
		return nil
	}
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || first >= last || strconv.Itoa(first) != from || strconv.Itoa(last) != to {
		return nil
	}
	var list []*Fine
	for n := first; n <= last; n++ {
		f := l.fines[ref[:dot+1]+strconv.Itoa(n)]
		if f == nil {
			return nil
		}
		list = append(list, f)
	}
	return list
}

// For resolves the references that may be printed for the jurisdictions: their own law and the
// control catalogues. The law of any other country and unknown references are left out.
func (l *Library) For(jurisdictions, refs []string) []Reference {
	var list []Reference
	for _, ref := range refs {
		r, ok := l.Resolve(ref)
		if !ok || r.Jurisdiction != Any && !slices.Contains(jurisdictions, r.Jurisdiction) {
			continue
		}
		if !slices.ContainsFunc(list, func(x Reference) bool { return x.ID == ref }) {
			list = append(list, r)
		}
	}
	return list
}

// Cite is the printed form: «152-ФЗ, ст. 19 ч. 2 п. 8».
func (r Reference) Cite(in lang.Lang) string {
	return glue.Replace(r.Act.Short.In(in) + ", " + r.Place(in))
}

// Place is the printed form without the act: «ст. 19 ч. 2 п. 8».
func (r Reference) Place(in lang.Lang) string {
	if r.Provision != nil {
		return glue.Replace(r.Provision.Ref.In(in))
	}
	return glue.Replace(strings.ReplaceAll(r.Act.Cite.In(in), "{part}", r.parts))
}

// Verified is the weakest mark among what the reference stands for.
func (r Reference) Verified() Mark {
	if r.Provision != nil {
		return r.Provision.Verified
	}
	weakest := 0
	for _, f := range r.Fines {
		weakest = max(weakest, slices.Index(marks, f.Verified))
	}
	return marks[weakest]
}

// Force says whether a provision binds or advises.
type Force string

// Forces of a provision.
const (
	Mandatory   Force = "mandatory"
	Recommended Force = "recommended"
)

// protectionLevels is how many levels of protection ПП 1119 has.
const protectionLevels = 4

// Mandatory says whether ref binds a system of protection level uz (1 to 4, 0 when not known).
// A measure that depends on the level binds only at the levels it names, so one of all four levels
// binds even while the level is not known; a control never does.
func (l *Library) Mandatory(ref string, uz int) Force {
	r, ok := l.Resolve(ref)
	if !ok || r.Jurisdiction == Any {
		return Recommended
	}
	v := r.Provision
	byLevel := v != nil && (r.Act.ByLevel || len(v.Levels) > 0)
	if byLevel && !slices.Contains(v.Levels, uz) && !(uz == 0 && len(v.Levels) == protectionLevels) {
		return Recommended
	}
	return Mandatory
}
