package pdf

import (
	"fmt"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

// summary is the owner's page: the score, what it means, what to do first.
func (l *layout) summary() {
	r, f := l.report, l.flow
	l.part("heading.summary")
	f.Text(flow.Lead, flow.Span{Text: r.Score.Line, Bold: true})
	f.Space(5)
	const gauge, gutter, radius = 62.0, 8.0, 26.0
	f.Columns(gutter,
		flow.Column{Width: gauge, Build: func(in *flow.Flow) {
			in.Custom(radius+13, func(s draw.Surface, x, y, w float64) {
				l.gauge().Draw(l.fonts, s, x+radius, y+radius+3, radius)
			})
			in.Boxed(2*radius, flow.Center, flow.Style{Size: 12, Leading: 5.6, Color: draw.Ink, Bold: true}, l.gradeText())
			in.Boxed(2*radius, flow.Center, flow.Small, r.Score.GradeTip)
		}},
		flow.Column{Width: columnWidth - gauge - gutter, Build: func(in *flow.Flow) {
			for _, sentence := range r.Summary {
				in.Boxed(in.Width, flow.Left, flow.Body, sentence)
				in.Space(2.4)
			}
			for _, remark := range []string{r.Score.Capped, r.Score.Accepted} {
				in.Boxed(in.Width, flow.Left, flow.Small, remark)
			}
		}})
	l.severityTiles()
}

func (l *layout) severityTiles() {
	var tiles []flow.Tile
	for _, s := range l.report.Severities {
		ink, ground := severityLook(s.Severity)
		if s.Count == 0 {
			ink, ground = draw.Muted, draw.Panel
		}
		tiles = append(tiles, flow.Tile{Value: fmt.Sprint(s.Count), Caption: s.Word, Ink: ink, Ground: ground})
	}
	if len(tiles) > 0 {
		l.flow.Space(4)
		l.flow.Tiles(tiles...)
	}
}

func (l *layout) notices() {
	if len(l.report.Notices) == 0 {
		return
	}
	l.flow.Space(7)
	l.flow.Callout(flow.Look{Fill: draw.MediumTint, Accent: draw.Amber}, func(in *flow.Flow) {
		if len(l.report.Notices) == 1 {
			in.Text(flow.Body, flow.Span{Text: l.report.Notices[0]})
			return
		}
		var items [][]flow.Span
		for _, n := range l.report.Notices {
			items = append(items, flow.Plain(n))
		}
		in.Bullets(items...)
	})
}

// The parts of a category's bar, from the left: confirmed, violated, not
// assessed. Hatching keeps them apart on a grey print.
const (
	confirmedFill = draw.Navy
	violatedFill  = draw.HighTint
	violatedHatch = draw.High
	unknownFill   = draw.White
)

func categoryParts(score, coverage float64) []draw.Part {
	return []draw.Part{
		{Share: score / 100, Fill: confirmedFill},
		{Share: max(0, coverage-score) / 100, Fill: violatedFill, Hatch: violatedHatch},
		{Share: max(0, 100-max(coverage, score)) / 100, Fill: draw.Track},
	}
}

func (l *layout) categories() {
	if len(l.report.Categories) == 0 {
		return
	}
	l.part("heading.categories")
	columns := draw.BarColumns{Label: 60, Bar: 74, Text: columnWidth - 134}
	l.flow.Keep(false, func() {
		l.legend()
		for _, c := range l.report.Categories {
			bar := draw.Bar{Label: c.Name, Text: c.Text, Parts: categoryParts(c.Score, c.Coverage)}
			l.flow.Custom(draw.BarHeight, func(s draw.Surface, x, y, _ float64) { bar.Draw(l.fonts, s, x, y, columns) })
		}
	})
	l.flow.Space(5)
}

// legend names the parts of the bars with the words of the verdicts.
func (l *layout) legend() {
	font := draw.Font{Size: 8}
	words := []string{l.word("verdict.pass"), l.word("verdict.fail"), l.word("verdict.unknown")}
	parts := categoryParts(1, 2)
	l.flow.Custom(6, func(s draw.Surface, x, y, _ float64) {
		x += 60
		for i, word := range words {
			parts[i].Swatch(s, x, y+0.5, 5, 3)
			s.Text(x+6.5, font.Baseline(y, 4), word, font, draw.Muted)
			x += l.fonts.Width(word, font) + 13
		}
	})
}

const historyPoints = 10 // as many as labels fit

func (l *layout) history() {
	points := l.report.History
	if len(points) < 2 {
		return
	}
	points = points[max(0, len(points)-historyPoints):]
	chart := draw.History{Mark: l.report.Score.PassMark}
	for _, p := range points {
		chart.Points = append(chart.Points, draw.HistoryPoint{Label: p.Label, Score: p.Score, Text: fmt.Sprintf("%.0f", p.Score)})
	}
	const height = 48.0
	l.part("heading.history")
	l.flow.Custom(height, func(s draw.Surface, x, y, w float64) { chart.Draw(l.fonts, s, x, y, w, height) })
}
