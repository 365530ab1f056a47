package docroot

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

const (
	otherRead  fs.FileMode = 0o004
	otherWrite fs.FileMode = 0o002
	otherEnter fs.FileMode = 0o001
)

// place is what the rules ask about the folder that a file lies in.
type place struct {
	folder      string // from the document root, "." is the document root itself
	shallow     bool   // the document root or a folder right in it
	vendor      bool   // code of the vendor, below bitrix
	uploads     bool   // the folder of uploads or below it
	attachments bool   // below the folder of uploads: what people sent
	data        bool   // only data belong here
}

// ours are folders of bitrix that hold what was written for this portal.
var ours = []string{"bitrix/php_interface", "bitrix/templates", "bitrix/tmp"}

func (w *walker) placeOf(folder string) place {
	p := place{folder: folder, shallow: !strings.Contains(folder, "/")}
	p.uploads = within(folder, w.opts.Uploads)
	p.attachments = p.uploads && folder != w.opts.Uploads
	p.data = p.uploads || within(folder, "bitrix/tmp")
	p.vendor = strings.HasPrefix(folder, "bitrix/")
	for _, o := range ours {
		p.vendor = p.vendor && !within(folder, o)
	}
	return p
}

// within tells whether a folder is another one or lies below it.
func within(folder, other string) bool {
	rest, ok := strings.CutPrefix(folder, other)
	return ok && (rest == "" || rest[0] == '/')
}

// isCache tells the folders that are not entered.
func isCache(rel string) bool {
	switch rel {
	case "bitrix/cache", "bitrix/managed_cache", "bitrix/stack_cache", "bitrix/local_cache", "bitrix/html_pages":
		return true
	}
	return false
}

// item is a file or folder that the rules look at; its size, permissions and content are fetched when one asks.
type item struct {
	w     *walker
	dir   *os.Root // the folder it lies in, or the folder itself
	rel   string   // from the document root
	name  string   // in lower case, as many web servers and all people take it
	self  string   // as it is opened from dir
	place place    // of the folder it lies in, or of the folder itself
	open  bool     // every folder down to here may be entered by other users of the server

	info    fs.FileInfo
	gone    bool // there is no info to be had
	content []byte
	looked  bool
	whole   bool // content is all of it
}

// rule tells by what an item draws attention.
type rule struct {
	kind  string
	match func(*item) bool
}

func (w *walker) apply(rules []rule, it *item) {
	for _, r := range rules {
		if r.match(it) && it.stat() != nil {
			w.record(r.kind, it.rel, it.info)
		}
	}
}

// stat is nil for what is gone, or no longer an ordinary file.
func (it *item) stat() fs.FileInfo {
	if it.info == nil && !it.gone {
		info, err := it.dir.Lstat(it.self)
		switch {
		case err != nil:
			it.fail(err)
			it.gone = true
		case !info.Mode().IsRegular():
			it.gone = true
		default:
			it.info = info
		}
	}
	return it.info
}

func (it *item) size() int64 {
	if info := it.stat(); info != nil {
		return info.Size()
	}
	return 0
}

func (it *item) mode(bit fs.FileMode) bool {
	info := it.stat()
	return permissions && it.open && info != nil && info.Mode()&bit != 0
}

// head gives the first bytes, and whether that is all there is.
func (it *item) head() (data []byte, all bool) {
	if it.looked {
		return it.content, it.whole
	}
	it.looked = true
	if it.w.reads == 0 {
		it.w.limit("only the first %d suspects were looked into", maxReads)
		return nil, false
	}
	it.w.reads--
	data, err := head(it.dir, it.self)
	if err != nil {
		it.fail(err)
		return nil, false
	}
	it.content, it.whole = data, it.size() <= int64(len(data))
	return it.content, it.whole
}

// fail counts what cannot be read; what has just been removed is nothing to count.
func (it *item) fail(err error) {
	if !errors.Is(err, fs.ErrNotExist) {
		it.w.unread(it.rel)
	}
}

// vcsFolders hold the whole source of what lies beside them. They are recorded while walking, since they are not entered.
var vcsFolders = map[string]bool{".git": true, ".svn": true, ".hg": true, ".bzr": true}
