package templates

import "embed"

// Messages are the words of the reports, one file a language.
//
//go:embed messages/*.yaml
var Messages embed.FS
