package bitrixbox

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

// Of a portal that is infected through and through only a part of the findings is read, and the report says so.
func TestMoreMalwareThanIsRead(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, boxsim.WriteDocroot(root, auditDay, boxsim.Docroot{Files: []boxsim.DocFile{{
		Path: "bitrix/modules/main/classes/general/version.php", Text: `<?php define("SM_VERSION", "25.100.300"); define("SM_VERSION_DATE", "2025-06-17 10:00:00");`,
	}}}))
	coverage := func(findings int) facts.Coverage {
		rows := "malware,#,id,type,src,score\n"
		for i := range findings {
			rows += fmt.Sprintf("malware,%d,file,/upload/%d.php,0.99\n", i, i)
		}
		cfg := folder(t, portalFile(strings.Replace(small, "users,#", rows+"users,#", 1)))
		cfg.Root = root
		out := collection(context.Background(), t, cfg, nil, nil)
		require.NoError(t, out.err)
		require.Len(t, out.ByKind[facts.KindFile], findings)
		return out.of(t, facts.KindFile, "")
	}
	require.Equal(t, facts.Full, coverage(maxMalware-1).State)
	cut := coverage(maxMalware)
	require.Equal(t, facts.PartOnly, cut.State)
	require.Equal(t, "only the first 1000 findings of the malware scan were read", cut.Detail)
}
