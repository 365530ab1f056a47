package law

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

//go:embed packs/*.yaml
var packs embed.FS

// Library is every law pack, indexed by reference.
type Library struct {
	packs      []*Pack
	acts       map[string]*Act
	home       map[string]*Pack // act id → its pack
	provisions map[string]*Provision
	fines      map[string]*Fine
}

// Load reads the embedded packs.
func Load() (*Library, error) {
	names, err := fs.Glob(packs, "packs/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list law packs: %w", err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = packs.ReadFile(name); err != nil {
			return nil, fmt.Errorf("read law pack: %w", err)
		}
	}
	return load(files)
}

// load builds a library from pack files and refuses one that is incomplete.
func load(files map[string][]byte) (*Library, error) {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	l := &Library{
		acts: map[string]*Act{}, home: map[string]*Pack{},
		provisions: map[string]*Provision{}, fines: map[string]*Fine{},
	}
	for _, name := range names {
		p := &Pack{}
		if err := yamlfile.Decode(name, files[name], p); err != nil {
			return nil, err
		}
		if err := l.add(p); err != nil {
			return nil, fmt.Errorf("law pack %s: %w", name, err)
		}
	}
	return l, nil
}

// add indexes a pack, fills what its entries inherit and validates it.
func (l *Library) add(p *Pack) error {
	for _, a := range p.Acts {
		if l.acts[a.ID] != nil {
			return fmt.Errorf("act %s is defined twice", a.ID)
		}
		l.acts[a.ID], l.home[a.ID] = a, p
	}
	for _, v := range p.Provisions {
		if err := l.claim(v.ID, v.Act, p); err != nil {
			return err
		}
		v.inherit(l.acts[v.Act])
		l.provisions[v.ID] = v
	}
	for _, f := range p.Fines {
		if err := l.claim(f.ID, f.Act, p); err != nil {
			return err
		}
		f.inherit(p.Currency)
		l.fines[f.ID] = f
	}
	l.packs = append(l.packs, p)
	return p.validate()
}

// claim checks that id is new and belongs to an act of the pack.
func (l *Library) claim(id, act string, p *Pack) error {
	switch {
	case l.provisions[id] != nil || l.fines[id] != nil:
		return fmt.Errorf("%s is defined twice", id)
	case l.acts[act] == nil || l.home[act] != p:
		return fmt.Errorf("%s belongs to act %q, which the pack does not define", id, act)
	case !strings.HasPrefix(id, act+".") || len(id) == len(act)+1:
		return fmt.Errorf("%s does not start with its act %s", id, act)
	}
	return nil
}

func (v *Provision) inherit(a *Act) {
	if v.Verified == "" {
		v.Verified = a.Verified
	}
	if v.Ref == (Text{}) {
		code := strings.TrimPrefix(v.ID, a.ID+".")
		v.Ref = Text{RU: code, UK: code, EN: code}
	}
}

func (f *Fine) inherit(currency string) {
	if f.AppliesTo == "" {
		f.AppliesTo = Own
	}
	for _, a := range f.amounts() {
		a.Currency = currency
		if a.Basis == "" {
			a.Basis = Fixed
		}
		if a.Verified == "" {
			a.Verified = f.Verified
		}
	}
}

// Packs lists the packs of the jurisdictions in the given order, then the control catalogues.
func (l *Library) Packs(jurisdictions []string) []*Pack {
	var list []*Pack
	for _, j := range append(append([]string{}, jurisdictions...), Any) {
		for _, p := range l.packs {
			if p.Jurisdiction == j {
				list = append(list, p)
			}
		}
	}
	return list
}

// ReviewOverdue lists the packs that should have been read again before now.
func (l *Library) ReviewOverdue(now time.Time) []*Pack {
	var list []*Pack
	for _, p := range l.packs {
		if p.Overdue(now) {
			list = append(list, p)
		}
	}
	return list
}
