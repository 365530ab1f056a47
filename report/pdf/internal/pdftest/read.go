// Package pdftest reads back the PDF files that the report writes, so that tests
// judge the file itself. It understands what fpdf produces and checks the
// cross-reference table on the way; it is no general PDF reader.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// File is a PDF read back.
type File struct {
	Pages   []Page
	Outline []Bookmark // in reading order
	Info    map[string]string
	Catalog string
	objects map[int][]byte
}

// Page is one page of the file.
type Page struct {
	Texts []Text
	Links []Link
}

// Text is a shown string with its place in points from the bottom left corner.
type Text struct {
	X, Y float64
	S    string
}

// Link is an annotation: a URI or a page of the file, from 1.
type Link struct {
	URI  string
	Page int
	Y    float64 // of the target, in points from the bottom
}

// Bookmark is an entry of the outline.
type Bookmark struct {
	Title string
	Page  int
	Y     float64
}

// String returns the text of a page, a shown string a line.
func (p Page) String() string {
	var b strings.Builder
	for _, t := range p.Texts {
		b.WriteString(t.S + "\n")
	}
	return b.String()
}

var (
	reXref  = regexp.MustCompile(`(?s)startxref\n(\d+)\n%%EOF\n$`)
	reEntry = regexp.MustCompile(`(\d{10}) 00000 n `)
	reKids  = regexp.MustCompile(`/Kids \[([^\]]*)\]`)
	reRef   = regexp.MustCompile(`(\d+) 0 R`)
	reText  = regexp.MustCompile(`(?s)BT (-?[\d.]+) (-?[\d.]+) Td \(((?:\\.|[^\\)])*)\) Tj ET`)
	reDest  = regexp.MustCompile(`/Dest \[(\d+) 0 R /XYZ 0 (-?[\d.]+) null\]`)
	reURI   = regexp.MustCompile(`(?s)/URI \(((?:\\.|[^\\)])*)\)`)
	reAnnot = regexp.MustCompile(`(?s)<</Type /Annot .*?(?:null\]>>|\)>>>>)`)
	reTitle = regexp.MustCompile(`(?s)/Title \(((?:\\.|[^\\)])*)\)`)
	reField = regexp.MustCompile(`(?s)/(\w+) \(((?:\\.|[^\\)])*)\)`)
)

// Read parses a file.
func Read(file []byte) (*File, error) {
	f := &File{objects: map[int][]byte{}, Info: map[string]string{}}
	if err := f.readObjects(file); err != nil {
		return nil, err
	}
	numbers := map[int]int{} // object of a page to its number
	for i, kid := range reRef.FindAllSubmatch(reKids.FindSubmatch(f.objects[1])[1], -1) {
		numbers[atoi(kid[1])] = i + 1
	}
	f.Pages = make([]Page, len(numbers))
	for object, number := range numbers {
		page, err := f.readPage(f.objects[object], numbers)
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", number, err)
		}
		f.Pages[number-1] = page
	}
	for n := 1; n <= len(f.objects); n++ {
		f.readEntry(f.objects[n], numbers)
	}
	return f, nil
}

// readObjects follows the cross-reference table to every object.
func (f *File) readObjects(file []byte) error {
	start := reXref.FindSubmatch(file)
	if start == nil {
		return fmt.Errorf("no startxref at the end")
	}
	table := atoi(start[1])
	if table >= len(file) || !bytes.HasPrefix(file[table:], []byte("xref\n")) {
		return fmt.Errorf("no cross-reference table at %d", table)
	}
	for i, entry := range reEntry.FindAllSubmatch(file[table:], -1) {
		at, head := atoi(entry[1]), fmt.Sprintf("%d 0 obj\n", i+1)
		if !bytes.HasPrefix(file[at:], []byte(head)) {
			return fmt.Errorf("object %d is not at %d", i+1, at)
		}
		body, _, ok := bytes.Cut(file[at+len(head):], []byte("\nendobj"))
		if !ok {
			return fmt.Errorf("object %d has no end", i+1)
		}
		f.objects[i+1] = body
	}
	return nil
}

func (f *File) readPage(object []byte, numbers map[int]int) (Page, error) {
	var p Page
	for _, annot := range reAnnot.FindAll(object, -1) {
		if uri := reURI.FindSubmatch(annot); uri != nil {
			p.Links = append(p.Links, Link{URI: unescape(uri[1])})
		} else if dest := reDest.FindSubmatch(annot); dest != nil {
			p.Links = append(p.Links, Link{Page: numbers[atoi(dest[1])], Y: atof(dest[2])})
		}
	}
	ref := regexp.MustCompile(`/Contents (\d+) 0 R`).FindSubmatch(object)
	if ref == nil {
		return p, fmt.Errorf("no contents")
	}
	content, err := inflate(f.objects[atoi(ref[1])])
	if err != nil {
		return p, err
	}
	for _, t := range reText.FindAllSubmatch(content, -1) {
		p.Texts = append(p.Texts, Text{X: atof(t[1]), Y: atof(t[2]), S: utf16Text(unescape(t[3]))})
	}
	return p, nil
}

// readEntry takes bookmarks, the information dictionary and the catalogue.
func (f *File) readEntry(object []byte, numbers map[int]int) {
	switch {
	case bytes.Contains(object, []byte("/Type /Catalog")):
		f.Catalog = string(object)
	case bytes.Contains(object, []byte("/CreationDate")):
		for _, field := range reField.FindAllSubmatch(object, -1) {
			f.Info[string(field[1])] = utf16Text(unescape(field[2]))
		}
	case bytes.HasPrefix(object, []byte("<</Title")):
		dest := reDest.FindSubmatch(object)
		f.Outline = append(f.Outline, Bookmark{
			Title: utf16Text(unescape(reTitle.FindSubmatch(object)[1])),
			Page:  numbers[atoi(dest[1])], Y: atof(dest[2]),
		})
	}
}

func inflate(object []byte) ([]byte, error) {
	_, data, ok := bytes.Cut(object, []byte("stream\n"))
	if !ok {
		return nil, fmt.Errorf("no stream")
	}
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// unescape undoes the escapes of a PDF string.
func unescape(s []byte) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == 'r' {
				b.WriteByte('\r')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// utf16Text decodes big-endian UTF-16, with or without a byte order mark; what
// cannot be that is returned as it is.
func utf16Text(s string) string {
	marked := strings.HasPrefix(s, "\xfe\xff")
	s = strings.TrimPrefix(s, "\xfe\xff")
	if len(s)%2 != 0 || !marked && strings.HasPrefix(s, "D:") {
		return s
	}
	units := make([]uint16, len(s)/2)
	for i := range units {
		units[i] = uint16(s[2*i])<<8 | uint16(s[2*i+1])
	}
	return string(utf16.Decode(units))
}

func atoi(b []byte) int {
	n, _ := strconv.Atoi(string(b)) // the expressions above match digits only
	return n
}

func atof(b []byte) float64 {
	x, _ := strconv.ParseFloat(string(b), 64)
	return x
}
