// Package all is the list of sources that audit.yaml may name.
package all

import (
	"slices"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/collectors/bitrix24"
	"github.com/crmaudit/crmaudit/collectors/bitrixbox"
	"github.com/crmaudit/crmaudit/collectors/roster"
	"github.com/crmaudit/crmaudit/collectors/tlsprobe"
)

// Sources lists every kind of source.
func Sources() []collectors.Source {
	return slices.Concat([]collectors.Source{bitrix24.Source()}, bitrixbox.Sources(), []collectors.Source{tlsprobe.Source(), roster.Source(), answers.Source()})
}

// Find is the source of the kind.
func Find(kind string) (collectors.Source, bool) {
	for _, s := range Sources() {
		if s.Kind == kind {
			return s, true
		}
	}
	return collectors.Source{}, false
}

// Kinds lists the words that audit.yaml may use.
func Kinds() []string {
	var kinds []string
	for _, s := range Sources() {
		kinds = append(kinds, s.Kind)
	}
	return kinds
}
