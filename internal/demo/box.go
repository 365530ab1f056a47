package demo

import (
	"context"
	"io/fs"
	"net/http"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

// boxDay is the day of the self-hosted scenarios; archives carry the wall time of its zone.
var boxDay = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("MSK", 3*60*60))

// layOut puts the export of the database and the document root of a self-hosted portal into the folder of the audit, and
// serves its log-in page when the scenario says how the portal looks from outside.
func (p *Portal) layOut(ctx context.Context, files fs.FS) error {
	p.Now = boxDay.UTC()
	if err := p.copyAll(files, "export"); err != nil {
		return err
	}
	portal, err := boxsim.Open(files)
	if err != nil {
		return err
	}
	if err := portal.WriteFiles(filepath.Join(p.dir, "docroot"), boxDay); err != nil {
		return err
	}
	if _, err := fs.Stat(files, "server.yaml"); err != nil {
		return nil
	}
	return p.listen(ctx, files, func(s server) http.Handler { return b24sim.New(&b24sim.Portal{Web: s.Web}) })
}
