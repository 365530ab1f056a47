package checks

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestCoverOfNamedEntries(t *testing.T) {
	of := func(field string, state facts.State) facts.Coverage {
		return facts.Coverage{Source: "portal", Kind: facts.KindActivity, Field: field, State: state, Reason: facts.NotSupported}
	}
	whole, part := of("", facts.Full), of("", facts.PartOnly)
	for name, c := range map[string]struct {
		told []facts.Coverage
		full bool
		gap  string
	}{
		"all of it":                           {[]facts.Coverage{whole}, true, ""},
		"only what was asked":                 {[]facts.Coverage{part, of("export", facts.Full)}, true, ""},
		"nothing is said of what was asked":   {[]facts.Coverage{part}, false, "activity"},
		"all of it, but not what was asked":   {[]facts.Coverage{whole, of("export", facts.Missing)}, false, "activity.export"},
		"all of it, but not something else":   {[]facts.Coverage{whole, of("view", facts.Missing)}, true, ""},
		"only some of what was asked":         {[]facts.Coverage{part, of("export", facts.PartOnly)}, false, "activity.export"},
		"no source delivers anything like it": {nil, false, "activity"},
	} {
		cover := newCoverIndex(c.told).of(facts.KindActivity, "export")
		require.Equal(t, c.full, cover.Full, name)
		if !c.full {
			require.Equal(t, c.gap, cover.Gaps[0].Fact, name)
		}
	}
}
