package html

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// elements lists the elements of a page in their order.
func elements(t testing.TB, page []byte) []*html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	require.NoError(t, err)
	var list []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			list = append(list, n)
		}
	}
	return list
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is what an element says.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func byTag(list []*html.Node, tag string) []*html.Node {
	var found []*html.Node
	for _, n := range list {
		if n.Data == tag {
			found = append(found, n)
		}
	}
	return found
}

// checkSound fails for a page that breaks its own policy, its links or what a screen reader needs.
func checkSound(t testing.TB, list []*html.Node) {
	t.Helper()
	count := checkElements(t, list)
	for tag, want := range map[string]int{"script": 1, "style": 2, "main": 1, "header": 1, "nav": 1, "footer": 1, "h1": 1, "title": 1} {
		assert.Equal(t, want, count[tag], tag)
	}
}

// checkElements looks at every element and counts them.
func checkElements(t testing.TB, list []*html.Node) map[string]int {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range list {
		if id := attr(n, "id"); id != "" {
			assert.False(t, ids[id], "id %s comes twice", id)
			ids[id] = true
		}
	}
	count := map[string]int{}
	for _, n := range list {
		count[n.Data]++
		for _, a := range n.Attr {
			assert.False(t, a.Key == "style" || strings.HasPrefix(a.Key, "on"), "<%s %s> breaks the policy", n.Data, a.Key)
			assert.NotContains(t, []string{"src", "srcset", "action", "formaction", "srcdoc", "xlink:href"}, a.Key)
			for _, word := range references(a) {
				assert.True(t, ids[word], "<%s %s=%q> leads nowhere", n.Data, a.Key, a.Val)
			}
		}
		switch n.Data {
		case "a":
			checkLink(t, n)
		case "th":
			assert.Equal(t, "col", attr(n, "scope"))
		case "link":
			assert.True(t, strings.HasPrefix(attr(n, "href"), "data:image/svg+xml,"))
		case "svg":
			assert.True(t, attr(n, "role") == "img" && attr(n, "aria-label") != "" || attr(n, "aria-hidden") == "true" || attr(n.Parent.Parent, "aria-hidden") == "true")
		case "iframe", "object", "embed", "img", "form", "base", "foreignobject", "template":
			assert.Fail(t, "element "+n.Data)
		}
	}
	return count
}

// references are the ids that an attribute names.
func references(a html.Attribute) []string {
	switch a.Key {
	case "aria-labelledby", "for":
		return strings.Fields(a.Val)
	case "href":
		if id, ok := strings.CutPrefix(a.Val, "#"); ok {
			return []string{id}
		}
	}
	return nil
}

func checkLink(t testing.TB, n *html.Node) {
	t.Helper()
	href := attr(n, "href")
	if strings.HasPrefix(href, "#") {
		return
	}
	assert.NotEmpty(t, safeURL(href), "link to %s", href)
	assert.Equal(t, "noopener noreferrer", attr(n, "rel"), href)
}
