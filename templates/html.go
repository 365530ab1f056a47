package templates

import "embed"

// HTML holds the pages, styles and scripts of the HTML report.
//
//go:embed html/*.html html/*.css html/*.js
var HTML embed.FS
