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
	if name != p.current || total != p.total || p.bar == nil {
		p.clear()
		p.current, p.total = name, total
		if total == 0 {
			total = -1
		}
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.app.err), progressbar.OptionSetDescription(name), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(24), progressbar.OptionFullWidth())
	}
	_ = p.bar.Set(done)
}

// say prints a line without leaving pieces of the bar on the screen.
func (p *progress) say(format string, args ...any) {
	p.clear()
	p.app.say(format, args...)
}

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar, p.current = nil, ""
	}
}

func (p *progress) done() { p.clear() }
