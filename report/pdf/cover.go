package pdf

import (
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/engine"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

// The cover: who and what on a dark ground, the score and the facts below it.
const (
	coverGround   = 112.0
	coverBody     = 136.0
	coverFoot     = 268.0
	coverGauge    = 27.0 // radius
	coverFactsX   = margin + 74
	coverFactsUp  = 128.0 // height that the facts may take
	coverFactsMax = 15    // as many as fit with a line each
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

// coverFacts lists the facts; if they are many or long, every one of them gets
// fewer lines rather than some of them none.
func (l *layout) coverFacts(s draw.Surface) {
	rows, height := []factBox(nil), 0.0
	for lines := 3; lines > 0; lines-- {
		if rows, height = l.factBoxes(lines); height <= coverFactsUp {
			break
		}
	}
	y := coverBody
	for _, row := range rows {
		row.name.Draw(s, coverFactsX, y+0.5, flow.Left)
		row.value.Draw(s, coverFactsX+coverFactName+coverFactGap, y, flow.Left)
		y += row.height
		s.Line(coverFactsX, y-1.7, margin+columnWidth, y-1.7, 0.1, draw.Hairline)
	}
}

type factBox struct {
	name, value *flow.Box
	height      float64
}

const (
	coverFactName = 34.0
	coverFactGap  = 4.0
)

func (l *layout) factBoxes(lines int) (rows []factBox, height float64) {
	width := margin + columnWidth - coverFactsX - coverFactName - coverFactGap
	for _, fact := range l.report.Cover.Facts[:min(len(l.report.Cover.Facts), coverFactsMax)] {
		row := factBox{
			name:  l.flow.Box(flow.Plain(fact.Label), flow.Labels, coverFactName, lines),
			value: l.flow.Box(flow.Plain(fact.Value), flow.Body, width, lines),
		}
		row.height = max(row.name.Height(), row.value.Height()) + 3.4
		rows, height = append(rows, row), height+row.height
	}
	return rows, height
}
