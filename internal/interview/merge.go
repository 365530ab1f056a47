package interview

import (
	"context"
	"iter"
	"reflect"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/facts"
)

// answered is a snapshot whose questionnaire was exchanged for another one.
type answered struct {
	facts.Snapshot
	info    facts.Info
	dropped map[string]bool // sources of the snapshot that were answers
	told    *facts.Memory
}

// source is what the exchanged questionnaire is called among the sources.
const source = "answers"

// WithAnswers is the snapshot as if this sheet had been collected with it, in place of the answers
// that it may hold.
func WithAnswers(ctx context.Context, s facts.Snapshot, sheet *answers.Sheet) (facts.Snapshot, error) {
	a := &answered{Snapshot: s, info: *s.Info(), dropped: map[string]bool{}, told: facts.NewMemory()}
	a.info.Sources, a.info.Coverage, a.info.Counts = nil, nil, nil // nothing is decided by counts
	for _, from := range s.Info().Sources {
		if from.Kind == source {
			a.dropped[from.ID] = true
			continue
		}
		a.info.Sources = append(a.info.Sources, from)
	}
	for _, c := range s.Info().Coverage {
		if !a.dropped[c.Source] {
			a.info.Coverage = append(a.info.Coverage, c)
		}
	}
	if err := sheet.Collector().Collect(ctx, a.told); err != nil {
		return nil, err
	}
	for _, c := range a.told.About.Coverage {
		c.Source = source
		a.info.Coverage = append(a.info.Coverage, c)
	}
	for _, list := range a.told.ByKind {
		for _, r := range list {
			sourceField(r).SetString(source)
		}
	}
	a.info.Sources = append(a.info.Sources, facts.SourceInfo{ID: source, Kind: source, Status: "ok"})
	return a, nil
}

// Info implements facts.Snapshot.
func (a *answered) Info() *facts.Info { return &a.info }

// Records implements facts.Snapshot.
func (a *answered) Records(ctx context.Context, k facts.Kind) iter.Seq2[facts.Record, error] {
	return func(yield func(facts.Record, error) bool) {
		for r, err := range a.Snapshot.Records(ctx, k) {
			if err == nil && a.dropped[sourceField(r).String()] {
				continue
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		for r, err := range a.told.Records(ctx, k) {
			if !yield(r, err) {
				return
			}
		}
	}
}

// sourceField is the field of a record that says which source it came from; every kind has it.
func sourceField(r facts.Record) reflect.Value {
	return reflect.ValueOf(r).Elem().FieldByName("Source")
}
