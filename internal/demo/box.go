package demo

import (
	"io/fs"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

// boxDay is the day of the self-hosted scenario, in the zone of its server: archives carry wall times.
var boxDay = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("MSK", 3*60*60))

// layOut puts the export of the database and the document root of a self-hosted portal into the folder of the audit.
func (p *Portal) layOut(files fs.FS) error {
	p.Now = boxDay.UTC()
	if err := p.copyAll(files, "export"); err != nil {
		return err
	}
	portal, err := boxsim.Open(files)
	if err != nil {
		return err
	}
	return portal.WriteFiles(filepath.Join(p.dir, "docroot"), boxDay)
}
