package html

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The drawings are SVG whose shapes have presentation attributes, because the policy forbids
// inline styles. Numbers are printed here, so that a drawing is the same on every machine.

// gauge is a score on a half circle of radius 100 around (140, 128).
type gauge struct {
	Label string // read instead of the drawing
	Class string // colour, repeats the grade
	Arc   string
	Share string
	Text  string
	Mark  *mark
}

// mark is the score to be reached.
type mark struct{ Turn, X, Y, Anchor, Text string }

func (p *page) gauge() gauge {
	s := p.Score
	g := gauge{
		Label: s.Line, Class: "grade-none", Text: s.Text, Share: number(percent(s.Value)),
		Arc: "M54 128A86 86 0 0 1 226 128",
	}
	switch s.Grade {
	case "A", "B":
		g.Class = "grade-good"
	case "C", "D":
		g.Class = "grade-fair"
	case "E", "F":
		g.Class = "grade-bad"
	}
	if s.PassMark > 0 {
		text := p.Words.With("score.pass_mark", map[string]any{"mark": int(math.Round(s.PassMark))})
		g.Mark = markAt(percent(s.PassMark), text)
		g.Label += "; " + text
	}
	return g
}

func markAt(score float64, text string) *mark {
	const away = 110 // the text stands outside the circle
	angle := math.Pi * (1 - score/100)
	m := &mark{
		Turn: number(1.8 * score), X: number(140 + away*math.Cos(angle)), Y: number(128 - away*math.Sin(angle)), Anchor: "middle", Text: text,
	}
	switch {
	case math.Cos(angle) < -0.2:
		m.Anchor = "end"
	case math.Cos(angle) > 0.2:
		m.Anchor = "start"
	}
	return m
}

// bar is what a category confirmed, violated and left unknown, in percent of its weight.
type bar struct{ Name, Text, Label, Good, Bad string }

func (p *page) bars() []bar {
	var list []bar
	for _, c := range p.Categories {
		good := percent(c.Score)
		bad := max(0, percent(c.Coverage)-good)
		words := []string{
			p.Words.T("verdict.pass") + " " + p.Lang.Percent(good), p.Words.T("verdict.fail") + " " + p.Lang.Percent(bad),
			p.Words.T("verdict.unknown") + " " + p.Lang.Percent(100-good-bad),
		}
		list = append(list, bar{Name: c.Name, Text: c.Text, Label: c.Name + ": " + strings.Join(words, ", "), Good: number(good), Bad: number(bad)})
	}
	return list
}

// trend is the score of the runs in a field of 640 by 230.
type trend struct {
	Label  string
	Levels []level
	Mark   *level
	Line   string
	Points []point
}

type level struct{ Y, TextY, Text string }

type point struct{ X, Y, TextY, Text, Label string }

const (
	trendRuns   = 12 // as many as keep apart
	trendLabels = 6
)

func (p *page) trend() trend {
	runs := p.History[max(0, len(p.History)-trendRuns):]
	if len(runs) < 2 {
		return trend{}
	}
	y := func(score float64) float64 { return 200 - 1.75*percent(score) }
	var t trend
	for score := 0; score <= 100; score += 25 {
		at := y(float64(score))
		t.Levels = append(t.Levels, level{number(at), number(at + 4), strconv.Itoa(score)})
	}
	if p.Score.PassMark > 0 {
		at := y(p.Score.PassMark)
		t.Mark = &level{number(at), number(at - 5), p.Words.With("score.pass_mark", map[string]any{"mark": int(math.Round(p.Score.PassMark))})}
	}
	every := (len(runs) + trendLabels - 1) / trendLabels
	step := 464 / float64(len(runs)-1)
	var line, told []string
	for i, run := range runs {
		x, at, text := 76+step*float64(i), y(run.Score), p.Lang.Int(int(math.Floor(percent(run.Score)+1e-9)))
		dot := point{X: number(x), Y: number(at), TextY: number(at - 12), Text: text}
		if (len(runs)-1-i)%every == 0 {
			dot.Label = run.Label
		}
		t.Points = append(t.Points, dot)
		line = append(line, dot.X+","+dot.Y)
		told = append(told, fmt.Sprintf("%s: %s", run.Label, text))
	}
	t.Line, t.Label = strings.Join(line, " "), strings.Join(told, "; ")
	return t
}

// percent brings a share into the range that can be drawn.
func percent(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return min(max(x, 0), 100)
}

func number(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}
