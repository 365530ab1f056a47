package checkdocs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/collectors/all"
	"github.com/crmaudit/crmaudit/internal/checkdocs"
	"github.com/crmaudit/crmaudit/internal/lang"
)

const folder = "../../docs/checks"

// writtenOnce are the pages; no test changes them.
var writtenOnce = sync.OnceValues(write)

func write() (map[string]string, error) {
	list, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	docs, err := checkdocs.New(list, all.Sources())
	if err != nil {
		return nil, err
	}
	return docs.Pages()
}

func pages(t *testing.T) map[string]string {
	t.Helper()
	list, err := writtenOnce()
	require.NoError(t, err)
	return list
}

func TestPagesAreUpToDate(t *testing.T) {
	const mend = "run: go run ./cmd/crmaudit checks docs"
	made := pages(t)
	var stale []string
	for name, text := range made {
		if have, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name))); err != nil || string(have) != text {
			stale = append(stale, name)
		}
	}
	require.Empty(t, stale, mend)
	gone, err := checkdocs.Gone(os.DirFS(folder), made)
	require.NoError(t, err)
	require.Empty(t, gone, mend)
}

func TestSameBytes(t *testing.T) {
	again, err := write()
	require.NoError(t, err)
	require.Equal(t, pages(t), again)
}

func TestEveryCheckHasItsPages(t *testing.T) {
	list, err := catalog.Load()
	require.NoError(t, err)
	made := pages(t)
	require.Len(t, made, 1+len(lang.All)*(len(list)+2))
	for _, l := range lang.All {
		matrix, index := made[string(l)+"/matrix.md"], made[string(l)+"/README.md"]
		for _, c := range list {
			name := string(l) + "/" + c.ID + ".md"
			assert.NotEmpty(t, made[name], name)
			assert.Contains(t, matrix, "["+c.ID+"]("+c.ID+".md)")
			assert.Contains(t, index, "["+c.ID+"]("+c.ID+".md)")
		}
	}
}

var target = regexp.MustCompile(`\]\(([^)]+)\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	made := pages(t)
	for name, text := range made {
		for _, m := range target.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			to := filepath.ToSlash(filepath.Join(filepath.Dir(name), m[1]))
			assert.Contains(t, made, to, "%s links to %s", name, m[1])
		}
	}
}

// A word of a page that its language lacks would print its key.
func TestNoKeysArePrinted(t *testing.T) {
	key := regexp.MustCompile(`\b(means|platform|jurisdiction|severity|tier|who|horizon|plan|kind|verdict|category|source|holds|fails)\.[a-z0-9_A-Z-]+\b`)
	code := regexp.MustCompile("`[^`]*`")
	for name, text := range pages(t) {
		assert.Empty(t, key.FindAllString(code.ReplaceAllString(text, ""), -1), name)
		assert.NotContains(t, code.ReplaceAllString(text, ""), "{", name)
	}
}

// Tables whose rows have more or fewer cells than their head lose them when shown.
func TestTablesAreWhole(t *testing.T) {
	bar := regexp.MustCompile(`(^|[^\\])\|`)
	for name, text := range pages(t) {
		width := 0
		for line := range strings.SplitSeq(text, "\n") {
			if !strings.HasPrefix(line, "|") {
				width = 0
				continue
			}
			n := len(bar.FindAllString(line, -1))
			if width == 0 {
				width = n
			}
			if n != width {
				assert.Fail(t, "a row of another width", "%s: %s", name, line)
			}
		}
	}
}

func TestWriteRemovesWhatIsGone(t *testing.T) {
	dir := t.TempDir()
	old := map[string]string{"ru/OLD-001.md": "old", "uk/ACC-001.md": "a", "en/notes.md": "kept"}
	require.NoError(t, checkdocs.Write(dir, old))
	require.NoError(t, checkdocs.Write(dir, map[string]string{"ru/ACC-001.md": "a", "uk/ACC-001.md": "b", "en/ACC-001.md": "c"}))
	var left []string
	require.NoError(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, name)
			left = append(left, filepath.ToSlash(rel))
		}
		return err
	}))
	require.Equal(t, []string{"en/ACC-001.md", "en/notes.md", "ru/ACC-001.md", "uk/ACC-001.md"}, left)
}

func TestStepsForAnUnknownPlatform(t *testing.T) {
	list, err := catalog.Load()
	require.NoError(t, err)
	c := *list[0]
	c.Text = map[lang.Lang]checks.Text{}
	for l, text := range list[0].Text {
		text.On = map[string][]string{"bitrix": {"Step."}}
		c.Text[l] = text
	}
	docs, err := checkdocs.New([]*checks.Check{&c}, all.Sources())
	require.NoError(t, err)
	_, err = docs.Pages()
	require.ErrorContains(t, err, `ACC-001: the documentation does not know the platform "bitrix"`)
}
