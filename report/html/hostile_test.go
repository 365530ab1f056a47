package html

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/report"
)

var hostile = []string{
	`<img src=x onerror=alert(1)>`, `"><script>alert(1)</script>`, `</title></style></script><script>alert(1)</script>`, `' onmouseover='alert(1)`,
	`javascript:alert(1)`, `{{.Policy}} ${alert(1)} <!--`, `]]><svg onload=alert(1)>`, "\u202egnp.exe\u2066 שלום عالم", "👩‍👩‍👧 Мария 🎉", "a\x00b\x1b[31mc\r\nd\x7f",
	"\xff\xfe\xc3(", strings.Repeat("Щ", 400), "https://x.example/" + strings.Repeat("a", 400), "&lt;b&gt; &amp;", "&#x202e;", "\u2028\u2029\ufeff\ufffe",
}

// poison puts a text into every string of a report. Slices are copied: the report shares some with
// the result that it was built from.
func poison(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Slice:
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		v.Set(own)
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[report.Catalogue]() {
			return
		}
		for i := range v.NumField() {
			if v.Field(i).Type() != reflect.TypeFor[lang.Lang]() {
				poison(v.Field(i), text)
			}
		}
	}
}

func poisoned(t testing.TB, text string) []byte {
	r := sample(t, lang.UK, 2, 2)
	poison(reflect.ValueOf(r).Elem(), text)
	return render(t, r)
}

// skeleton is the tags of a page, without links: a text may be no address, or a list of words that
// each become a link.
func skeleton(t testing.TB, page []byte) []string {
	var tags []string
	for _, n := range elements(t, page) {
		if n.Data != "a" && n.Data != "span" {
			tags = append(tags, n.Data)
		}
	}
	return tags
}

func TestHostileTextIsData(t *testing.T) {
	want := skeleton(t, poisoned(t, "x"))
	for _, text := range hostile {
		checkHostile(t, text, want)
	}
}

func checkHostile(t *testing.T, text string, want []string) {
	t.Helper()
	page := poisoned(t, text)
	require.Equal(t, want, skeleton(t, page), "%q adds or removes elements", text)
	list := elements(t, page)
	checkSound(t, list)
	assert.Equal(t, string(clean(page)), string(page))
	// html/template prints NUL as the replacement character.
	shown := string(clean([]byte(strings.ReplaceAll(text, "\x00", "\ufffd"))))
	assert.Contains(t, textOf(byTag(list, "main")[0]), shown, "%q is lost", text)
}

func TestCleanDropsWhatTurnsOrControls(t *testing.T) {
	require.Equal(t, "a\n\tb👩‍👧\ufffdc", string(clean([]byte("a\n\t\x00\x1b\u202e\u2066b👩‍👧\xff\u0085\ufffec"))))
}

func FuzzWrite(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	var want []string
	f.Fuzz(func(t *testing.T, text string) {
		if len(bytes.TrimSpace(clean([]byte(text)))) == 0 || len(text) > 2000 {
			t.Skip("an empty text leaves sections out")
		}
		if want == nil {
			want = skeleton(t, poisoned(t, "x"))
		}
		checkHostile(t, text, want)
	})
}
