package checkdocs

import (
	"fmt"
	"net/url"
	"strings"
)

// page is a Markdown page in the making. Its methods escape what they are given; only link takes a target
// that is already one.
type page struct{ strings.Builder }

func (p *page) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteByte('\n')
}

func (p *page) heading(level int, markdown string) {
	p.line("\n", strings.Repeat("#", level), " ", markdown, "\n")
}

// row writes a row of a table from cells that are Markdown already.
func (p *page) row(cells ...string) { p.line("| ", strings.Join(cells, " | "), " |") }

// table begins a table.
func (p *page) table(head ...string) {
	p.row(head...)
	p.line("|", strings.Repeat("---|", len(head)))
}

// marks are the signs that Markdown or HTML may take for more than themselves.
const marks = "\\`*_[]<>|~$"

// plain writes a text so that it is read as it stands: one line, no markup, no link that nobody made.
func plain(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
			continue
		case strings.ContainsRune(marks, r), i == 0 && strings.ContainsRune("#+-=", r), r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteByte('\\')
		case (r == '.' || r == ')') && i > 0 && allDigits(s[:i]):
			b.WriteByte('\\') // no numbered list begins here
		}
		b.WriteRune(r)
	}
	return b.String()
}

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// codeCell is code inside a table, where a bar would end the cell.
func codeCell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// code writes a text as code on one line.
func code(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if longest > 0 {
		s = " " + s + " "
	}
	return fence + s + fence
}

// link leads to a page of the documentation or to the web; any other target leaves the words alone.
func link(markdown, target string) string {
	u, err := url.Parse(target)
	if err != nil || target == "" || u.Scheme != "" && u.Scheme != "https" && u.Scheme != "http" {
		return markdown
	}
	return fmt.Sprintf("[%s](%s)", markdown, strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E").Replace(u.String()))
}
