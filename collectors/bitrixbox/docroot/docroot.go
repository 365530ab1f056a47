package docroot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// Options bound an inspection; the zero value means the usual bounds.
type Options struct {
	Now      time.Time // clock of the audit: a file changed later has a wrong date, which is left out
	Uploads  string    // folder of uploads from the document root, as the portal is set up; "" is upload
	MaxFiles int       // files and folders looked at; 0 is 400 000
	MaxDepth int       // folders within folders; 0 is 40
	// Progress is told now and then how many files and folders were seen. It may be nil.
	Progress func(seen int)
}

// Report is what a document root tells.
type Report struct {
	Settings Settings
	Versions Versions
	// Files draw attention; sorted by path, at most 500 of a type, without Source.
	Files   []*facts.File
	Dropped map[string]int // files beyond those 500, by type
	Seen    int            // files and folders looked at
	Links   int            // symbolic links, none of which was followed
	// Unread counts folders and files that could not be read and links that lead out of the document root.
	Unread      int
	UnreadPaths []string // the first five of them
	Truncated   string   // why not everything was looked at; "" when it was
}

// marks are what tells a portal from any other folder.
var marks = []string{"bitrix/modules/main", settingsPath, dbconnPath}

// Inspect reads the document root in the folder dir. It fails only if dir cannot be opened, is no portal, or ctx ends.
func Inspect(ctx context.Context, dir string, o Options) (*Report, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "check the name of the folder and that this user may read it", "open the document root")
	}
	defer func() { _ = root.Close() }()
	if err := recognise(root, dir); err != nil {
		return nil, err
	}
	w := newWalker(ctx, root, o.withDefaults())
	w.report.Settings = readSettings(root, published(dir))
	w.report.Versions = readVersions(root)
	if err := w.walk(); err != nil {
		return nil, fmt.Errorf("look through the document root: %w", err)
	}
	return w.finish(), nil
}

func (o Options) withDefaults() Options {
	if o.MaxFiles <= 0 {
		o.MaxFiles = 400_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 40
	}
	o.Uploads = path.Clean("/" + filepath.ToSlash(o.Uploads))[1:]
	if o.Uploads == "" {
		o.Uploads = "upload"
	}
	return o
}

// recognise makes sure that the folder is a portal: the audit of a wrong folder would find nothing wrong in it.
func recognise(root *os.Root, dir string) error {
	denied := false
	for _, mark := range marks {
		_, err := root.Stat(mark)
		if err == nil {
			return nil
		}
		denied = denied || errors.Is(err, fs.ErrPermission)
	}
	if denied {
		return fail.New(fail.Usage, "run the audit as a user who may read the files of the portal", "the folder bitrix in %q may not be read", dir)
	}
	if info, err := root.Lstat("bitrix"); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fail.New(fail.Usage, "give the document root of the site that the link leads to", "%q is one of several sites of a portal: its folder bitrix is a link that leads out of it", dir)
	}
	return fail.New(fail.Usage, "give the folder that holds the folder bitrix, often /home/bitrix/www", "%q is not the document root of a Bitrix portal", dir)
}

// published gives the names under which settings may mention the document root.
func published(dir string) []string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	names := []string{filepath.ToSlash(abs)}
	if real, err := filepath.EvalSymlinks(abs); err == nil && real != abs {
		names = append(names, filepath.ToSlash(real))
	}
	return names
}
