package bitrixbox

import (
	"github.com/crmaudit/crmaudit/collectors/bitrixbox/archive"
	"github.com/crmaudit/crmaudit/collectors/bitrixbox/docroot"
)

// site is what holds for the portal as a whole.
type site struct {
	policy  *policy // the weakest in force for an active person
	root    *docroot.Report
	backups *archive.Folder
	rootErr error

	adminRule      bool // the administration is open to known addresses alone
	adminRuleOpen  bool // a file may have switched it off
	adminAddresses []string
}

// join makes room for one more person.
func (s *site) join(p policy) {
	if s.policy == nil {
		s.policy = &p
		return
	}
	weakest := s.policy.weakest(p)
	s.policy = &weakest
}
