package meter

import (
	"context"
	"log/slog"
)

// Marking is a log handler that marks the meter at every line, whatever its
// level, before it hands it on: a serving node says in its log that a run begins.
func (m *Meter) Marking(next slog.Handler) slog.Handler { return marking{next, m} }

type marking struct {
	slog.Handler
	meter *Meter
}

// Enabled implements [slog.Handler].
func (h marking) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements [slog.Handler].
func (h marking) Handle(ctx context.Context, r slog.Record) error {
	h.meter.Mark()
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler].
func (h marking) WithAttrs(attrs []slog.Attr) slog.Handler {
	return marking{h.Handler.WithAttrs(attrs), h.meter}
}

// WithGroup implements [slog.Handler].
func (h marking) WithGroup(name string) slog.Handler {
	return marking{h.Handler.WithGroup(name), h.meter}
}
