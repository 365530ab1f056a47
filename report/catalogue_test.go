package report_test

import (
	"sort"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/report"
)

func TestMessagesAreTheSameInEveryLanguage(t *testing.T) {
	var want []string
	for _, l := range lang.All {
		c, err := report.LoadCatalogue(l)
		require.NoError(t, err)
		keys := c.Keys()
		sort.Strings(keys)
		if want == nil {
			want = keys
		}
		require.Equal(t, want, keys, "messages in %s", l)
	}
}
