package transport

import (
	"context"
	"fmt"
	"log/slog"
)

// Handler wraps next so that no message or attribute that passes through it carries a secret.
func (r *Redactor) Handler(next slog.Handler) slog.Handler {
	return redactHandler{next: next, redactor: r}
}

type redactHandler struct {
	next     slog.Handler
	redactor *Redactor
}

func (h redactHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h redactHandler) Handle(ctx context.Context, rec slog.Record) error {
	clean := slog.NewRecord(rec.Time, rec.Level, h.redactor.String(rec.Message), rec.PC)
	rec.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h redactHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.attr(a)
	}
	return redactHandler{h.next.WithAttrs(clean), h.redactor}
}

func (h redactHandler) WithGroup(name string) slog.Handler {
	return redactHandler{h.next.WithGroup(name), h.redactor}
}

// attr keeps numbers and times as they are and turns everything else into redacted text.
func (h redactHandler) attr(a slog.Attr) slog.Attr {
	a.Key = h.redactor.String(a.Key)
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(h.redactor.String(v.String()))
	case slog.KindGroup:
		group := v.Group()
		clean := make([]slog.Attr, len(group))
		for i, g := range group {
			clean[i] = h.attr(g)
		}
		a.Value = slog.GroupValue(clean...)
	case slog.KindAny, slog.KindLogValuer:
		a.Value = slog.StringValue(h.redactor.String(fmt.Sprintf("%+v", v.Any())))
	default:
		a.Value = v
	}
	return a
}

// restyLog lets resty's own warnings through as debug lines of the same, redacted log.
type restyLog struct{ log *slog.Logger }

func (l restyLog) Errorf(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l restyLog) Warnf(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l restyLog) Debugf(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }
