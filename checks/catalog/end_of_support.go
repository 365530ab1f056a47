package catalog

import (
	"cmp"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// endOfSupport asks of PHP and the database whether their makers still mend security holes in the
// version that runs here. A version that the table does not know is not judged; nor is a server
// about which nothing is known.
func endOfSupport(p *checks.Pass) checks.Visit {
	table, err := checks.LoadLifetimes()
	if err != nil {
		return checks.Visit{Done: func() checks.Outcome { return checks.Outcome{Verdict: checks.Errored, Err: err} }}
	}
	p.Reads(facts.KindComponent, "version")
	e := &supportEnd{pass: p, tally: p.Tally(facts.KindComponent), products: table.Products}
	return checks.Visit{On: map[facts.Kind]func(*checks.Subject){facts.KindComponent: e.component}, Done: e.done}
}

type supportEnd struct {
	pass     *checks.Pass
	tally    *checks.Tally
	products map[string]checks.Lifetime
	seen     bool
}

func (e *supportEnd) component(s *checks.Subject) {
	c, v := s.Record.(*facts.Component), s.View
	product, listed := e.products[c.ID]
	if !listed {
		return
	}
	e.seen = true
	version, known := c.Version.Get()
	end, dated := product.End(version)
	switch {
	case !known || !dated:
		reason := cmp.Or(v.Why("version"), facts.NotSupported)
		e.tally.Unknown(checks.Gap{Fact: "component.version", Reason: reason, Detail: product.Name + " " + version})
	case e.pass.Now.After(end.Add(aDay)):
		v.Set("product", product.Name, facts.Observed)
		v.Set("support_ends", end, facts.Observed)
		e.tally.Fail(s, c.Version.Quality())
	default:
		e.tally.Pass(c.Version.Quality())
	}
}

func (e *supportEnd) done() checks.Outcome {
	if !e.seen {
		e.tally.Unknown(checks.Gap{Fact: "component", Reason: facts.NotConfigured})
	}
	return e.tally.Outcome()
}
