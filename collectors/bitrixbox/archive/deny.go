package archive

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

const denySize = 64 << 10

var errTooLarge = errors.New("too large")

// readDeny tells whether the folder's .htaccess denies every request.
func (f *Folder) readDeny(dir *os.Root) {
	data, _, err := readHead(dir, denyFile, denySize+1)
	if len(data) > denySize {
		err = errTooLarge // what was not read may take a rule back
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Protected = facts.Of(false)
	case errors.Is(err, fs.ErrPermission):
		f.Protected = facts.Unknown[bool](facts.Denied)
		f.unread(denyFile, err)
	case err != nil:
		f.Protected = facts.Unknown[bool](facts.Failed)
		f.unread(denyFile, err)
	default:
		f.Protected = facts.Of(deniesAll(data))
	}
}

// narrowing are the sections whose rules hold for some requests only.
var narrowing = []string{"files", "filesmatch", "limit", "limitexcept", "if", "elseif", "else"}

// deniesAll reports a rule that denies everybody everything, outside of every narrowing section. A rule that lets
// everybody in beside it leaves the matter open, and open is not denied.
func deniesAll(htaccess []byte) bool {
	denied, allowed := false, false
	depth := 0
	for line := range strings.Lines(string(htaccess)) {
		words := strings.Fields(strings.ToLower(line))
		if len(words) == 0 {
			continue
		}
		if section, ok := strings.CutPrefix(words[0], "<"); ok {
			depth = max(0, depth+step(strings.TrimSuffix(section, ">")))
			continue
		}
		if depth > 0 {
			continue
		}
		switch strings.Join(words, " ") {
		case "deny from all", "require all denied":
			denied = true
		case "allow from all", "require all granted":
			allowed = true
		}
	}
	return denied && !allowed
}

// step is 1 where a narrowing section begins, -1 where it ends.
func step(section string) int {
	name, end := strings.CutPrefix(section, "/")
	for _, n := range narrowing {
		if name == n {
			if end {
				return -1
			}
			return 1
		}
	}
	return 0
}
