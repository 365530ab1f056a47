package flow

import "github.com/crmaudit/crmaudit/report/pdf/internal/draw"

// The text styles of the report.
var (
	Body    = Style{Size: 10, Leading: 4.9, Color: draw.Ink, Hyphenate: true}
	Lead    = Style{Size: 11.5, Leading: 5.7, Color: draw.Ink}
	Small   = Style{Size: 8.5, Leading: 4.1, Color: draw.Muted}
	Cells   = Style{Size: 8.5, Leading: 4.0, Color: draw.Ink, Hyphenate: true}
	Labels  = Style{Size: 8.5, Leading: 4.0, Color: draw.Muted}
	Heads   = Style{Size: 8, Leading: 3.8, Color: draw.Muted, Bold: true}
	Title   = Style{Size: 18, Leading: 8.2, Color: draw.Navy, Bold: true}
	Section = Style{Size: 15, Leading: 6.6, Color: draw.Ink, Bold: true}
	Minor   = Style{Size: 11.5, Leading: 5.4, Color: draw.Navy, Bold: true}
)
