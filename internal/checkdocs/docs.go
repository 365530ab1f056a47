package checkdocs

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// Docs is everything that the pages are made of.
type Docs struct {
	checks    []*checks.Check
	law       *law.Library
	plans     *checks.Plans
	questions *questions.Questions
	answers   map[string]map[string]Answerability // by check and platform
	instead   map[string]bool                     // sources of one platform: any one of them will do
}

// New prepares the documentation of the checks, which are sorted by id, beside the sources that there are.
func New(list []*checks.Check, sources []collectors.Source) (*Docs, error) {
	d := &Docs{checks: list, answers: map[string]map[string]Answerability{}, instead: map[string]bool{}}
	for _, s := range sources {
		d.instead[s.Kind] = len(s.Platforms) > 0
	}
	var err error
	if d.law, err = law.Load(); err != nil {
		return nil, err
	}
	if d.plans, err = checks.LoadPlans(); err != nil {
		return nil, err
	}
	if d.questions, err = questions.Load(); err != nil {
		return nil, err
	}
	for _, platform := range Platforms {
		supply := NewSupply(platform, sources, d.questions)
		for _, c := range list {
			if d.answers[c.ID] == nil {
				d.answers[c.ID] = map[string]Answerability{}
			}
			d.answers[c.ID][platform] = supply.Answerable(c, platform)
		}
	}
	return d, nil
}

// Pages gives every page by its name within the folder of the documentation.
func (d *Docs) Pages() (map[string]string, error) {
	pages := map[string]string{}
	var entrance page
	for _, l := range lang.All {
		w, err := loadWords(l)
		if err != nil {
			return nil, err
		}
		folder := string(l)
		pages[path.Join(folder, "README.md")] = d.index(w)
		pages[path.Join(folder, "matrix.md")] = d.matrix(w)
		for _, c := range d.checks {
			if pages[path.Join(folder, c.ID+".md")], err = d.page(w, c); err != nil {
				return nil, err
			}
		}
		entrance.line("- ", w.say("language"), ": ", link(w.say("index"), folder+"/README.md"), ", ", link(w.say("matrix"), folder+"/matrix.md"))
	}
	pages["README.md"] = "# Checks of crmaudit\n\n" + entrance.String()
	return pages, nil
}

// begin opens a page with its title and the way to the same page in other languages.
func begin(w *words, name, title string) *page {
	p := &page{}
	p.line("<!-- ", w.say("generated"), " -->\n")
	p.line("# ", title, "\n")
	var ways []string
	if name != "README.md" {
		ways = append(ways, link(w.say("index"), "README.md"))
	}
	if name != "matrix.md" {
		ways = append(ways, link(w.say("matrix"), "matrix.md"))
	}
	for _, l := range lang.All {
		if l != w.lang {
			ways = append(ways, link(w.texts["language"][l], "../"+string(l)+"/"+name))
		}
	}
	p.line(strings.Join(ways, " · "))
	return p
}

// index lists the checks by area.
func (d *Docs) index(w *words) string {
	p := begin(w, "README.md", w.say("index"))
	p.line("\n", w.say("index.about", "n", strconv.Itoa(len(d.checks))))
	area := ""
	for _, c := range d.checks {
		if c.Category() != area {
			area = c.Category()
			p.heading(2, plain(w.say("category."+area)))
			p.table(w.say("check"), w.say("severity"), w.say("tier"), w.say("where"))
		}
		p.row(link(c.ID, c.ID+".md")+" "+plain(c.Text[w.lang].Title), plain(w.say("severity."+string(c.Severity))),
			plain(w.say("tier."+strconv.Itoa(c.Tier))), plain(w.countries(c.Jurisdictions)))
	}
	return p.String()
}

// matrix is the table of checks and platforms.
func (d *Docs) matrix(w *words) string {
	p := begin(w, "matrix.md", w.say("matrix"))
	p.line("\n", w.say("matrix.about"), "\n")
	for _, m := range AllMeans {
		p.line("- **", plain(w.say("means."+string(m))), "**: ", plain(w.say("means."+string(m)+".about")))
	}
	head := []string{w.say("check")}
	for _, platform := range Platforms {
		head = append(head, plain(w.say("platform."+platform)))
	}
	p.line()
	p.table(head...)
	counts := map[string]int{}
	for _, c := range d.checks {
		cells := []string{link(c.ID, c.ID+".md") + " " + plain(c.Text[w.lang].Title)}
		for _, platform := range Platforms {
			m := d.answers[c.ID][platform].Means
			counts[platform+" "+string(m)]++
			cells = append(cells, plain(w.say("means."+string(m))))
		}
		p.row(cells...)
	}
	p.heading(2, w.say("total"))
	head[0] = w.say("how")
	p.table(head...)
	for _, m := range AllMeans {
		cells := []string{plain(w.say("means." + string(m)))}
		for _, platform := range Platforms {
			cells = append(cells, strconv.Itoa(counts[platform+" "+string(m)]))
		}
		p.row(cells...)
	}
	return p.String()
}

// countries names jurisdictions.
func (w *words) countries(list []string) string {
	names := make([]string, len(list))
	for i, j := range list {
		names[i] = w.say("jurisdiction." + j)
	}
	return strings.Join(names, ", ")
}

// known refuses a platform that has no column, so that no steps are lost.
func known(platform string) error {
	if !slices.Contains(Platforms, platform) {
		return fmt.Errorf("the documentation does not know the platform %q", platform)
	}
	return nil
}
