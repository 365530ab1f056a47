package checks

import (
	_ "embed"
	"regexp"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

//go:embed eol.yaml
var eolYAML []byte

// Lifetimes tells until when which version of server software gets security updates.
type Lifetimes struct {
	AsOf     string              `yaml:"as_of"`
	Products map[string]Lifetime `yaml:"products"` // by the id of the component
}

// Lifetime is the table of one product.
type Lifetime struct {
	Name     string               `yaml:"name"`
	Source   string               `yaml:"source"`
	Verified string               `yaml:"verified"`
	Ends     map[string]time.Time `yaml:"ends"` // last day of security updates, by branch
}

// LoadLifetimes reads the embedded table.
func LoadLifetimes() (*Lifetimes, error) {
	var l Lifetimes
	err := yamlfile.Decode("eol.yaml", eolYAML, &l)
	return &l, err
}

var branches = regexp.MustCompile(`^(\d{1,4})(?:\.(\d{1,4}))?`)

// replicaPrefix stands before the version of MariaDB so that old clients of MySQL accept it.
const replicaPrefix = "5.5.5-"

// End is the last day on which the version gets security updates, and whether the table knows it.
// The version may be as long as the server tells it: 10.11.6-MariaDB-log.
func (p Lifetime) End(version string) (time.Time, bool) {
	version = strings.TrimPrefix(strings.TrimSpace(version), replicaPrefix)
	m := branches.FindStringSubmatch(version)
	if m == nil {
		return time.Time{}, false
	}
	if end, ok := p.Ends[m[1]+"."+m[2]]; ok {
		return end, true
	}
	end, ok := p.Ends[m[1]]
	return end, ok
}
