package docroot

import (
	"os"
	"path"
	"regexp"
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/php"
	"github.com/crmaudit/crmaudit/facts"
)

// maxModules bounds the modules whose version is read; a portal has about a hundred.
const maxModules = 2000

// Version is the version of a piece of the portal and the day the vendor released it.
type Version struct {
	Version facts.Known[string]
	Date    facts.Known[time.Time]
}

// Versions are those of the core and of the other modules whose files lie in the document root, installed or not.
type Versions struct {
	Main    Version
	Modules map[string]Version // by the name of the module
}

func readVersions(root *os.Root) Versions {
	return Versions{Main: mainVersion(root), Modules: moduleVersions(root)}
}

func mainVersion(root *os.Root) Version {
	file, err := parse(root, "bitrix/modules/main/classes/general/version.php")
	if err != nil {
		return Version{facts.Unknown[string](reason(err)), facts.Unknown[time.Time](reason(err))}
	}
	return Version{versionText(file.Defines["SM_VERSION"]), versionDate(file.Defines["SM_VERSION_DATE"])}
}

// moduleVersions reads the vendor's modules and those that were written for this portal.
func moduleVersions(root *os.Root) map[string]Version {
	versions := map[string]Version{}
	for _, folder := range []string{"local/modules", "bitrix/modules"} {
		for _, name := range modules(root, folder) {
			file, err := parse(root, path.Join(folder, name, "install/version.php"))
			if err != nil {
				continue // a folder of another kind, or of a module without a version
			}
			if about, ok := file.Vars["arModuleVersion"].(*php.Array); ok && about != nil {
				number, _ := about.Get("VERSION")
				date, _ := about.Get("VERSION_DATE")
				versions[name] = Version{versionText(number), versionDate(date)}
			}
		}
	}
	return versions
}

var moduleName = regexp.MustCompile(`^[a-z0-9][a-z0-9_.\-]{0,63}$`)

func modules(root *os.Root, folder string) []string {
	f, err := root.OpenFile(folder, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	entries, _ := f.ReadDir(maxModules) // what cannot be listed has no version
	var names []string
	for _, e := range entries {
		if e.IsDir() && moduleName.MatchString(e.Name()) && e.Name() != "main" {
			names = append(names, e.Name())
		}
	}
	return names
}

var versionNumber = regexp.MustCompile(`^[0-9][0-9A-Za-z.\-]{0,31}$`)

func versionText(v any) facts.Known[string] {
	if s, ok := php.Text(v); ok && versionNumber.MatchString(s) {
		return facts.Of(s)
	}
	return facts.Unknown[string](facts.Failed)
}

func versionDate(v any) facts.Known[time.Time] {
	if s, ok := php.Text(v); ok {
		for _, layout := range []string{time.DateTime, "2006-01-02 15:04", time.DateOnly} {
			if t, err := time.Parse(layout, s); err == nil {
				return facts.Of(t)
			}
		}
	}
	return facts.Unknown[time.Time](facts.Failed)
}

// parse reads a file of PHP literals.
func parse(root *os.Root, name string) (*php.File, error) {
	src, err := whole(root, name)
	if err != nil {
		return nil, err
	}
	return php.ParseSettings(src)
}
