package checkdocs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// checkPage is the name of the page of a check.
var checkPage = regexp.MustCompile(`^[A-Z]{3}-[0-9]{3}\.md$`)

// Write puts the pages into a folder and removes those of checks that are gone. Other files stay.
func Write(folder string, pages map[string]string) error {
	for name, text := range pages {
		target := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return refused(err)
		}
		if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
			return refused(err)
		}
	}
	gone, err := Gone(os.DirFS(folder), pages)
	if err != nil {
		return err
	}
	for _, name := range gone {
		if err := os.Remove(filepath.Join(folder, filepath.FromSlash(name))); err != nil {
			return refused(err)
		}
	}
	return nil
}

func refused(err error) error {
	return fail.Wrap(err, fail.Usage, "choose a folder you may write to", "write the documentation of checks")
}

// Gone lists the pages of checks in the folder that are not among the pages.
func Gone(folder fs.FS, pages map[string]string) ([]string, error) {
	var gone []string
	for _, l := range lang.All {
		entries, err := fs.ReadDir(folder, string(l))
		if err != nil {
			return nil, fmt.Errorf("read the documentation of checks: %w", err)
		}
		for _, e := range entries {
			name := string(l) + "/" + e.Name()
			if _, wanted := pages[name]; !wanted && checkPage.MatchString(e.Name()) {
				gone = append(gone, name)
			}
		}
	}
	return gone, nil
}
