package bitrixbox

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

// documentRoot writes the files of the seeded portal.
func documentRoot(t testing.TB) string {
	t.Helper()
	portal, err := boxsim.Open(os.DirFS("../../fixtures/box"))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, portal.WriteFiles(dir, auditDay))
	return dir
}

func TestNoSecretComesOut(t *testing.T) {
	root, canaries := documentRoot(t), append(boxsim.Canaries(), boxsim.CanaryArchive)
	require.Greater(t, len(canaries), 40)
	everyPortal(t, func(t *testing.T, p *seeded) {
		var hidden int
		require.NoError(t, p.admin.QueryRow("SELECT COUNT(*) FROM b_user WHERE PASSWORD LIKE '%CANARY%'").Scan(&hidden))
		require.NotZero(t, hidden, "the portal has no secrets")

		live := p.config()
		live.Root = root
		out := collection(context.Background(), t, live, nil, nil)
		require.NoError(t, out.err)
		require.NotEmpty(t, out.ByKind[facts.KindBackup])
		requireNone(t, out.everything(t), append(canaries, p.server.Password))

		folder := exported(t, p)
		out = collection(context.Background(), t, &ExportConfig{Folder: folder, Root: root}, nil, nil)
		require.NoError(t, out.err)
		require.NotEmpty(t, out.ByKind[facts.KindBackup])
		requireNone(t, out.everything(t), canaries)

		file, err := os.ReadFile(filepath.Join(folder, "portal.csv"))
		require.NoError(t, err)
		requireNone(t, string(file), canaries)
	})
}

func requireNone(t testing.TB, text string, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		if at := strings.Index(text, s); at >= 0 {
			assert.Fail(t, "a secret came out", "%s in …%s…", s, text[max(0, at-80):min(len(text), at+80)])
		}
	}
}
