package interview

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
)

func TestFormHasRoomForEveryQuestion(t *testing.T) {
	items, err := catalogue()
	require.NoError(t, err)
	for _, l := range lang.All {
		var out bytes.Buffer
		require.NoError(t, Form{Lang: l, Items: items, Client: `<b>"A" & B</b>`}.Write(&out))
		page := out.String()
		require.Equal(t, len(items), strings.Count(page, "<article>"))
		require.Equal(t, len(questions.Respondents), strings.Count(page, "<section>"))
		require.Contains(t, page, "&lt;b&gt;&#34;A&#34; &amp; B&lt;/b&gt;")
		require.NotRegexp(t, `(?i)<script|https?://[^<"]*"|url\(`, page, "the page loads nothing")
		require.NotContains(t, page, "{n}")
		for _, article := range strings.Split(page, "<article>")[1:] {
			assert.Regexp(t, `<li>|class="line|<table`, article, "there is nowhere to write the answer")
		}
		var again bytes.Buffer
		require.NoError(t, Form{Lang: l, Items: items, Client: `<b>"A" & B</b>`}.Write(&again))
		require.Equal(t, page, again.String())
	}
}

func TestFormWithoutQuestionsSaysSo(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Form{Lang: lang.EN}.Write(&out))
	require.Contains(t, out.String(), "No question is open")
	require.NotContains(t, out.String(), "<section>")
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func TestWordsAreThereInEveryLanguage(t *testing.T) {
	w, err := loadWords(lang.EN)
	require.NoError(t, err)
	for key, label := range w.all {
		for _, l := range lang.All {
			assert.NotEmpty(t, label.In(l), "%s in %s", key, l)
			assert.ElementsMatch(t, placeholder.FindAllString(label.EN, -1), placeholder.FindAllString(label.In(l), -1), "%s in %s", key, l)
		}
		assert.NotRegexp(t, "[іїєґІЇЄҐ']", label.RU, key)
		assert.NotRegexp(t, "[ыэёъЫЭЁЪ']", label.UK, key)
	}
	for _, why := range []string{questions.Stale, questions.NoEvidence, questions.NoAuthor, questions.NoDate, questions.Ahead} {
		assert.Contains(t, w.all, why)
	}
}
