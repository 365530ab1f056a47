package checks

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// A pack comes from somebody else: what is no folder of small text files is refused before it is read.
const (
	maxPackFiles = 1000
	maxPackFile  = 1 << 20
	maxPackSize  = 16 << 20
)

// ReadPack reads the pack in a folder, for a version of the program. Its YAML files are all taken;
// notes beside them, such as a README, are left alone.
func ReadPack(dir, program string) (*Pack, error) {
	files, err := packFiles(dir)
	if err != nil {
		return nil, err
	}
	if files[ManifestName] == nil {
		return nil, fail.New(fail.Usage, "write "+ManifestName+" with name, version, owner and description, or let `crmaudit checks new ID "+dir+"` begin one", "%s has no %s, so it is no pack of checks", dir, ManifestName)
	}
	return newPack(dir, files, program)
}

func packFiles(dir string) (map[string][]byte, error) {
	const hint = "a pack is a folder with " + ManifestName + " and one .yaml file a check"
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, hint, "read the pack")
	}
	defer func() { _ = root.Close() }()
	folder, err := root.Open(".")
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, hint, "read the pack")
	}
	defer func() { _ = folder.Close() }()
	entries, err := folder.ReadDir(maxPackFiles + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fail.Wrap(err, fail.Usage, hint, "read the pack")
	}
	if len(entries) > maxPackFiles {
		return nil, fail.New(fail.Usage, hint, "%s holds more than %d files", dir, maxPackFiles)
	}
	files, size := map[string][]byte{}, 0
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, "."):
			continue
		case e.IsDir():
			return nil, fail.New(fail.Usage, "put the checks beside "+ManifestName+" and everything else elsewhere", "%s is a folder within a pack, which would not be read", filepath.Join(dir, name))
		case filepath.Ext(name) == ".yml":
			return nil, fail.New(fail.Usage, "rename it to .yaml", "%s would not be read", filepath.Join(dir, name))
		case filepath.Ext(name) != ".yaml":
			continue
		}
		data, err := packFile(root, dir, e)
		if err != nil {
			return nil, err
		}
		if size += len(data); size > maxPackSize {
			return nil, fail.New(fail.Usage, hint, "the files of %s are together larger than %d MB", dir, maxPackSize>>20)
		}
		files[name] = data
	}
	if len(files) == 0 {
		return nil, fail.New(fail.Usage, hint, "there are no checks in %s", dir)
	}
	return files, nil
}

// packFile reads one file that is nothing but a file, of a size that a check can have.
func packFile(root *os.Root, dir string, e fs.DirEntry) ([]byte, error) {
	shown := filepath.Join(dir, e.Name())
	st, err := root.Lstat(e.Name())
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "check the folder", "read the pack")
	}
	if !st.Mode().IsRegular() {
		return nil, fail.New(fail.Usage, "put a copy of the file in its place", "%s is a link or a device, not a file of the pack", shown)
	}
	f, err := root.Open(e.Name())
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "check who may read it", "read the pack")
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxPackFile+1))
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "check who may read it", "read the pack")
	}
	if len(data) > maxPackFile {
		return nil, fail.New(fail.Usage, "a check takes a few kilobytes", "%s is larger than %d MB", shown, maxPackFile>>20)
	}
	return data, nil
}
