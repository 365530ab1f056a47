package bitrixbox

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/collectors/collectortest"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

// setup gives a configuration anew for each run.
func setup(config any) collectortest.Setup {
	return func(testing.TB) (any, collectors.Env) {
		env := collectors.Env{Now: func() time.Time { return auditDay }}
		if cfg, ok := config.(*Config); ok {
			own := *cfg
			return &own, env
		}
		own := *config.(*ExportConfig)
		return &own, env
	}
}

func TestConformanceLive(t *testing.T) {
	root := documentRoot(t)
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		good := p.config()
		good.Root = root
		denied := grantee(t, p, withoutTable("b_mail_mailbox"))
		wrong, missing, slow := p.address("127.0.0.1", "?tls=off"), p.config(), p.config()
		wrong.Password = awkward
		missing.DSN = strings.Replace(missing.DSN, "/"+p.name+"?", "/no_such_database?", 1)
		slow.Timezone = "Atlantis/Poseidonis"
		spoilt := spoiltPortal(t, engine)
		spoilt.run(t, "UPDATE b_uts_user SET UF_DEPARTMENT = 'a:1:{'")
		collectortest.Run(t, collectortest.Harness{
			Source: Sources()[0], Good: setup(good), Refuse: setup(denied), Patience: 10 * time.Second,
			Secrets: append(boxsim.Canaries(), boxsim.CanaryArchive, awkward, p.server.Password),
			Broken: map[string]collectortest.Setup{
				"wrong password": setup(wrong), "no such database": setup(missing), "unknown zone": setup(slow), "broken values": setup(spoilt.config()),
			},
		})
	})
}

func TestConformanceExport(t *testing.T) {
	root := documentRoot(t)
	everyEngine(t, func(t *testing.T, engine string) {
		whole := sample(t, engine)
		good := folder(t, portalFile(whole))
		good.Root = root
		// Whoever ran the script might not read the mailboxes: the script finds no such table.
		at := strings.Index(whole, "\nmailboxes,#,") + 1
		behind := strings.Index(whole, "\nroles,#,") + 1
		require.Less(t, at, behind)
		collectortest.Run(t, collectortest.Harness{
			Source: Sources()[1], Good: setup(good), Refuse: setup(folder(t, portalFile(whole[:at]+whole[behind:]))), Patience: 10 * time.Second,
			Secrets: append(boxsim.Canaries(), boxsim.CanaryArchive),
			Broken: map[string]collectortest.Setup{
				"cut": setup(folder(t, portalFile(whole[:len(whole)/2]))), "foreign": setup(folder(t, portalFile("id,name\n1,Ann\n2,Bob\n"))),
				"empty": setup(folder(t, nil)), "gone": setup(&ExportConfig{Folder: "/nowhere/export"}),
			},
		})
	})
}
