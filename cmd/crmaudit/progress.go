package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a collection is: a bar with count, rate and time left on a terminal, a line
// a step elsewhere.
type progress struct {
	app      *app
	terminal bool
	bar      *progressbar.ProgressBar
	current  string
	total    int
	counted  bool
}

func (a *app) progress() *progress {
	f, ok := a.err.(*os.File)
	p := &progress{app: a}
	if ok && !a.quiet && !a.jsonLog {
		if st, err := f.Stat(); err == nil {
			p.terminal = st.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

func (p *progress) step(name string, done, total int) {
	if p.app.quiet {
		return
	}
	if !p.terminal {
		if name != p.current {
			p.app.say("%s …", name)
		}
		p.current = name
		return
	}
	counted := done > 0 || total > 0
	if p.bar == nil || name != p.current || total != p.total || counted != p.counted {
		p.clear()
		p.current, p.total, p.counted = name, total, counted
		p.bar = p.draw()
		if total > 0 {
			return // what came before the bar would make its rate absurd; the next call shows it
		}
	}
	_ = p.bar.Set(done)
}

// draw makes the bar of the current step; of a step that cannot be counted it shows that time passes.
func (p *progress) draw() *progressbar.ProgressBar {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(p.app.err), progressbar.OptionSetDescription(p.current), progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true),
	}
	if p.counted {
		options = append(options, progressbar.OptionShowCount())
	}
	if p.total > 0 {
		options = append(options, progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(24))
		return progressbar.NewOptions(p.total, options...)
	}
	return progressbar.NewOptions(-1, append(options, progressbar.OptionSetPredictTime(false), progressbar.OptionShowTotalBytes(false))...)
}

// say prints a line without leaving pieces of the bar on the screen.
func (p *progress) say(format string, args ...any) {
	p.clear()
	p.app.say(format, args...)
}

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Finish() // Clear would leave the spinner turning
		p.bar, p.current = nil, ""
	}
}

func (p *progress) done() { p.clear() }
