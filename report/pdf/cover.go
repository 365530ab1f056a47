package pdf

import (
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/engine"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

// The cover: who and what on a dark ground, the score and the facts below it.
const (
	coverGround  = 112.0
	coverBody    = 136.0
	coverFoot    = 268.0
	coverGauge   = 27.0 // radius
	coverFactsX  = margin + 74
	coverFactsUp = 118.0 // height that the facts may take
)

var (
	coverTitle  = flow.Style{Size: 30, Leading: 13, Color: draw.White, Bold: true}
	coverClient = flow.Style{Size: 17, Leading: 8, Color: draw.White}
	coverSystem = flow.Style{Size: 11, Leading: 5.4, Color: draw.Sky}
	coverGrade  = flow.Style{Size: 13, Leading: 6, Color: draw.Ink, Bold: true}
	coverTip    = flow.Style{Size: 9.5, Leading: 4.6, Color: draw.Muted}
)

func (l *layout) cover() []engine.Band {
	return []engine.Band{{Height: engine.PageHeight, Draw: func(s draw.Surface, _ float64) {
		s.Rect(0, 0, engine.PageWidth, coverGround, draw.Navy)
		s.Rect(0, coverGround, engine.PageWidth, 1.4, draw.Amber)
		l.coverName(s)
		l.coverScore(s)
		l.coverFacts(s)
		notice := l.flow.Box(flow.Plain(l.report.Cover.Confidential), flow.Small, columnWidth, 3)
		s.Line(margin, coverFoot, margin+columnWidth, coverFoot, 0.15, draw.Rule)
		notice.Draw(s, margin, coverFoot+4, flow.Left)
	}}}
}

// coverName stands on the bottom of the dark ground, so that a long name grows
// upwards.
func (l *layout) coverName(s draw.Surface) {
	c := l.report.Cover
	boxes := []struct {
		text  string
		style flow.Style
		lines int
		gap   float64
	}{{c.System, coverSystem, 2, 2.5}, {c.Client, coverClient, 3, 8}, {c.Title, coverTitle, 3, 0}}
	y := coverGround - 14
	for _, b := range boxes {
		if b.text == "" {
			continue
		}
		box := l.flow.Box(flow.Plain(l.fonts.Line(b.text)), b.style, columnWidth, b.lines)
		y -= box.Height()
		box.Draw(s, margin, y, flow.Left)
		y -= b.gap
	}
}

func (l *layout) coverScore(s draw.Surface) {
	const width = 2 * coverGauge
	cy := coverBody + coverGauge + 4
	l.gauge().Draw(l.fonts, s, margin+coverGauge, cy, coverGauge)
	grade := l.flow.Box(flow.Plain(l.gradeText()), coverGrade, width, 2)
	y := cy + 14
	grade.Draw(s, margin, y, flow.Center)
	tip := l.flow.Box(flow.Plain(l.report.Score.GradeTip), coverTip, width, 4)
	tip.Draw(s, margin, y+grade.Height()+1.2, flow.Center)
}

func (l *layout) coverFacts(s draw.Surface) {
	const label, gutter = 34.0, 4.0
	value := margin + columnWidth - coverFactsX - label - gutter
	y := coverBody
	for _, fact := range l.report.Cover.Facts {
		name := l.flow.Box(flow.Plain(fact.Label), flow.Labels, label, 2)
		text := l.flow.Box(flow.Plain(fact.Value), flow.Body, value, 3)
		height := max(name.Height(), text.Height()) + 3.4
		if y+height > coverBody+coverFactsUp {
			return
		}
		name.Draw(s, coverFactsX, y+0.5, flow.Left)
		text.Draw(s, coverFactsX+label+gutter, y, flow.Left)
		s.Line(coverFactsX, y+height-1.7, margin+columnWidth, y+height-1.7, 0.1, draw.Hairline)
		y += height
	}
}
