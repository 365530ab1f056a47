package checks

import (
	"context"
	"fmt"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// Judged is what one applicable check found in a run.
type Judged struct {
	Check   *Check
	Params  map[string]any
	Outcome Outcome
}

// Skipped is a check that was not asked, and why: profile, jurisdiction, platform, plan, declared.
type Skipped struct {
	Check *Check
	Why   string
}

// Judge runs the checks over the snapshot in one pass: every record is decoded and joined once and
// shown to all checks that want its kind. It fails only when the snapshot cannot be read; a check
// that fails is an outcome.
func Judge(ctx context.Context, s facts.Snapshot, list []*Check, p *Profile, plans *Plans, now time.Time) ([]Judged, []Skipped, error) {
	return judgeWith(ctx, s, list, p, plans, now, nil)
}

// judgeWith is Judge that shows the users to one more onlooker, so that nobody has to read them again.
func judgeWith(ctx context.Context, s facts.Snapshot, list []*Check, p *Profile, plans *Plans, now time.Time, onlooker func(*Subject)) ([]Judged, []Skipped, error) {
	j := newJoins(now)
	if err := j.prepare(ctx, s); err != nil {
		return nil, nil, err
	}
	covers := newCoverIndex(s.Info().Coverage)
	profile := p.view()
	var runs []*running
	var skipped []Skipped
	handlers := map[facts.Kind][]handler{}
	for _, c := range list {
		if yes, why := p.appliesTo(c, plans); !yes {
			skipped = append(skipped, Skipped{c, why})
			continue
		}
		r := &running{check: c, params: c.params(p)}
		pass := &Pass{Check: c, Profile: p, Params: r.params, Env: NewEnv(profile, r.params), Now: now, covers: covers, joins: j}
		if c.Disabled != nil {
			r.early = &Outcome{Verdict: NotAssessed, Reasons: []Gap{{Fact: "check." + c.ID, Reason: DisabledByPack}}}
		} else if gap := undeclared(c, pass.Env); gap != nil {
			r.early = &Outcome{Verdict: NotAssessed, Reasons: []Gap{*gap}}
		} else {
			r.visit = c.Start(pass)
		}
		runs = append(runs, r)
		for k, see := range r.visit.On {
			handlers[k] = append(handlers[k], handler{r, see})
		}
	}
	if onlooker != nil {
		handlers[facts.KindUser] = append(handlers[facts.KindUser], handler{&running{}, onlooker})
	}
	for _, k := range facts.Kinds {
		if err := show(ctx, s, k, handlers[k], j, now); err != nil {
			return nil, nil, err
		}
	}
	judged := make([]Judged, len(runs))
	for i, r := range runs {
		judged[i] = Judged{Check: r.check, Params: r.params, Outcome: r.finish()}
	}
	mute(judged)
	return judged, skipped, nil
}

// running is one check during a run.
type running struct {
	check  *Check
	params map[string]any
	visit  Visit
	early  *Outcome
}

// handler is what a check wants to be called for each record of a kind.
type handler struct {
	run *running
	see func(*Subject)
}

// show gives the records of a kind to the checks that want them. Users are always read: later
// records are joined with them.
func show(ctx context.Context, s facts.Snapshot, k facts.Kind, to []handler, j *joins, now time.Time) error {
	if len(to) == 0 && k != facts.KindUser {
		return nil
	}
	subject := &Subject{View: newRecordView(k, now)}
	for r, err := range s.Records(ctx, k) {
		if err != nil {
			return fmt.Errorf("read the %s records: %w", k, err)
		}
		subject.Record = r
		subject.View.turnTo(r)
		j.complete(subject.View, r)
		for _, h := range to {
			h.show(subject)
		}
	}
	return nil
}

// show hands a record to the check; a defect in a check ends that check, not the run.
func (h handler) show(s *Subject) {
	if h.run.early != nil {
		return
	}
	defer h.run.rescue()
	h.see(s)
}

func (r *running) finish() (o Outcome) {
	if r.early != nil {
		return *r.early
	}
	defer func() {
		if r.early != nil {
			o = *r.early
		}
	}()
	defer r.rescue()
	return r.visit.Done()
}

func (r *running) rescue() {
	if p := recover(); p != nil {
		r.early = &Outcome{Verdict: Errored, Err: fmt.Errorf("the check has a defect: %v", p)}
	}
}

// undeclared is the profile value without which nobody can say whether the check applies.
func undeclared(c *Check, e *Env) *Gap {
	if c.Applies == nil {
		return nil
	}
	r, err := c.Applies.Eval(e)
	if err == nil && r.truth == Unknown {
		return &Gap{Fact: r.missing.String(), Reason: facts.NotConfigured}
	}
	return nil
}

// mute leaves a consequence unassessed while its root cause fails: no backup at all says more than
// "the backup is not encrypted".
func mute(judged []Judged) {
	failed := map[string]bool{}
	for _, j := range judged {
		failed[j.Check.ID] = j.Outcome.Verdict == Failed
	}
	for i, j := range judged {
		for _, cause := range j.Check.Requires {
			if failed[cause] && j.Check.Disabled == nil && j.Outcome.Verdict != Passed {
				judged[i].Outcome = Outcome{Verdict: NotAssessed, Reasons: []Gap{{Fact: "check." + cause, Reason: MutedByCause}}}
			}
		}
	}
}

// DisabledByPack is the reason of a verdict that a pack does not want to have.
const DisabledByPack facts.Reason = "disabled"

// MutedByCause is the reason of a verdict that waits for its root cause to be mended.
const MutedByCause facts.Reason = "root_cause"
