package docroot

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/php"
	"github.com/crmaudit/crmaudit/facts"
)

const (
	settingsPath = "bitrix/.settings.php"
	extraPath    = "bitrix/.settings_extra.php"
	dbconnPath   = "bitrix/php_interface/dbconn.php"
	licencePath  = "bitrix/license_key.php"
)

// files are the settings files of a portal.
type files struct{ settings, extra, dbconn file }

// file is one settings file, or why there is none.
type file struct {
	php  *php.File
	code []byte // its source without block comments
	why  facts.Reason
	gone bool // it does not exist
}

func readFiles(root *os.Root) files {
	return files{readFile(root, settingsPath), readFile(root, extraPath), readFile(root, dbconnPath)}
}

func readFile(root *os.Root, name string) file {
	src, err := whole(root, name)
	if err != nil {
		return file{why: reason(err), gone: errors.Is(err, fs.ErrNotExist)}
	}
	return newFile(src)
}

// newFile takes nothing from a damaged file: what follows the damage may say otherwise.
func newFile(src []byte) file {
	parsed, err := php.ParseSettings(src)
	if err != nil {
		return file{why: facts.Failed}
	}
	return file{php: parsed, code: code(src)}
}

var blockComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

// code leaves out what is commented out in blocks; comments of a line are a matter of the expressions that search.
func code(src []byte) []byte { return blockComment.ReplaceAll(src, nil) }

// found is the value of a setting; nil when its file leaves it out.
type found struct {
	value any
	why   facts.Reason // why nothing can be said
	gone  bool         // because the file does not exist
}

func (f found) absent() bool { return f.why == "" && f.value == nil }

// missing tells that the files, as far as they exist, do not speak of it.
func (f found) missing() bool { return f.gone || f.absent() }

// config looks into .settings.php; .settings_extra.php replaces its sections one by one.
func (f files) config(section string, keys ...string) found {
	if !f.extra.gone {
		over := f.extra.section(section)
		if over.why != "" {
			return over
		}
		if over.value != nil {
			return over.walk(keys)
		}
	}
	return f.settings.section(section).walk(keys)
}

// section is a top-level key. A file that returns no array is no settings file.
func (f file) section(name string) found {
	if f.why != "" {
		return found{why: f.why, gone: f.gone}
	}
	switch all := f.php.Returned.(type) {
	case *php.Array:
		v, _ := all.Get(name)
		return found{value: v}.settle()
	case php.Unknown:
		return found{why: facts.NotSupported}
	}
	return found{why: facts.Failed}
}

// walk goes down arrays; what is no array where the portal expects one counts as left out, as the portal takes it.
func (f found) walk(keys []string) found {
	for _, key := range keys {
		a, ok := f.value.(*php.Array)
		if !ok {
			f.value = nil
			break
		}
		f.value, _ = a.Get(key)
		if f = f.settle(); f.why != "" {
			break
		}
	}
	return f
}

// settle turns a computed value into the reason that it cannot be known.
func (f found) settle() found {
	if _, computed := f.value.(php.Unknown); computed {
		return found{why: facts.NotSupported}
	}
	return f
}

func (f files) variable(name string) found { return f.dbconn.named(name, false) }

func (f files) define(name string) found { return f.dbconn.named(name, true) }

func (f file) named(name string, define bool) found {
	if f.why != "" {
		return found{why: f.why, gone: f.gone}
	}
	values := f.php.Vars
	if define {
		values = f.php.Defines
	}
	said := found{value: values[name]}.settle()
	if said.absent() && f.php.Includes {
		return found{why: facts.NotSupported} // a file that it runs may say it
	}
	return said
}

// flag is a value as PHP tests it; a setting that is left out is off.
func flag(f found) facts.Known[bool] {
	if f.why != "" {
		return facts.Unknown[bool](f.why)
	}
	switch v := f.value.(type) {
	case nil:
		return facts.Of(false)
	case *php.Array:
		return facts.Of(v.Len() > 0)
	}
	s, ok := php.Text(f.value)
	if !ok {
		return facts.Unknown[bool](facts.NotSupported)
	}
	return facts.Of(s != "" && s != "0")
}

// stated is a flag whose default we do not vouch for.
func stated(f found) facts.Known[bool] {
	if f.absent() {
		return facts.Unknown[bool](facts.NotSupported)
	}
	return flag(f)
}

func text(f found) facts.Known[string] {
	if f.why != "" {
		return facts.Unknown[string](f.why)
	}
	if s, ok := php.Text(f.value); ok && f.value != nil {
		return facts.Of(s)
	}
	return facts.Unknown[string](facts.NotSupported)
}

func permission(f found) facts.Known[fs.FileMode] {
	if n, ok := php.Int(f.value); ok && f.why == "" && n >= 0 && n <= 0o7777 {
		return facts.Of(fs.FileMode(n & 0o777))
	}
	if f.why != "" {
		return facts.Unknown[fs.FileMode](f.why)
	}
	return facts.Unknown[fs.FileMode](facts.NotSupported)
}

// either is whether any of the facts is true: known to be false only if all are.
func either(all ...facts.Known[bool]) facts.Known[bool] {
	result := facts.Of(false)
	for _, k := range all {
		on, known := k.Get()
		switch {
		case known && on:
			return k
		case !known && result.Quality() != "", known && result.Quality() == facts.Observed:
			result = k
		}
	}
	return result
}

// leaves tells that a name from the document root leads out of it.
func leaves(name string) bool {
	name = path.Clean(strings.TrimLeft(strings.ReplaceAll(name, `\`, "/"), "/"))
	return name == ".." || strings.HasPrefix(name, "../")
}
