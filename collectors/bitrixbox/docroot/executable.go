package docroot

import (
	"bytes"
	"regexp"
	"strings"
)

// language is what a web server takes a file for by its ending.
type language int

const (
	none language = iota
	phpCode
	aspCode
	inclusion
	program
)

func languageOf(ending string) language {
	switch ending {
	case "php", "php3", "php4", "php5", "php6", "php7", "php8", "phtml", "pht":
		return phpCode
	case "asp", "aspx", "asmx":
		return aspCode
	case "shtml", "shtm":
		return inclusion
	case "phar", "pl", "py", "psp", "cgi", "fcg", "fcgi", "fpl":
		return program
	}
	return none
}

var (
	// handler is a rule of the web server that makes data run.
	handler = regexp.MustCompile(`(?mi)^[ \t]*(?:AddHandler|SetHandler|AddType|ForceType)[ \t]+["']?[^ \t\n]*(?:x-httpd-php|php[0-9.]*-(?:script|fcgi)|cgi-script|proxy:)`)
	// prelude is a rule that runs a file before or after every page.
	prelude = regexp.MustCompile(`(?mi)^[ \t]*(?:php_(?:admin_)?value[ \t]+)?auto_(?:pre|ap)pend_file[ \t=]+["']?([^\s"']+)`)
)

// changesHandling tells whether settings of the web server that lie among the data make some of them run.
func changesHandling(rules []byte) bool {
	if handler.Match(rules) {
		return true
	}
	for _, m := range prelude.FindAllSubmatch(rules, -1) {
		if !bytes.EqualFold(m[1], []byte("none")) {
			return true
		}
	}
	return false
}

// isExecutable tells a program where only data belong. The ending alone is not enough: an empty index.php keeps a folder
// from being listed. But what cannot be looked through to its end is not taken for harmless.
func isExecutable(it *item) bool {
	if !it.place.data {
		return false
	}
	if it.name == ".htaccess" || it.name == ".user.ini" {
		data, all := it.head()
		return changesHandling(data) || !all
	}
	endings := strings.Split(it.name, ".")[1:]
	if len(endings) == 0 {
		return false
	}
	switch languageOf(endings[len(endings)-1]) {
	case phpCode:
		data, all := it.head()
		return opensPHP(data) || !all
	case aspCode:
		data, all := it.head()
		return bytes.Contains(data, []byte("<%")) || !all
	case inclusion:
		data, all := it.head()
		return bytes.Contains(data, []byte("<!--#")) || !all
	case program:
		return it.size() > 0
	}
	// Apache may run photo.php.jpg too; there a picture is likely and only certain PHP counts.
	for _, ending := range endings[:len(endings)-1] {
		if languageOf(ending) == phpCode {
			data, _ := it.head()
			return mentions(data, "<?php")
		}
	}
	return false
}

// opensPHP looks for a tag of PHP, in all the ways it may be written, and not of XML.
func opensPHP(data []byte) bool {
	lower := bytes.ToLower(data)
	for rest := lower; ; {
		at := bytes.Index(rest, []byte("<?"))
		if at < 0 {
			break
		}
		rest = rest[at+2:]
		if !bytes.HasPrefix(rest, []byte("xml")) {
			return true
		}
	}
	return scriptTag.Match(lower)
}

var scriptTag = regexp.MustCompile(`<script\s+language\s*=\s*["']?php`)
