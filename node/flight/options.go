package flight

import (
	"log/slog"
	"time"
)

// Options tune a connection. Whatever is zero takes its default.
type Options struct {
	Logger *slog.Logger // addresses, kinds and codes; nothing by default

	// HandshakeTimeout is how long the other end may take until it has shown its
	// key and its transport is ready. 10 seconds by default.
	HandshakeTimeout time.Duration

	// KeepAlive is how long the other end may be silent before it is asked
	// whether it lives, and how long it then has for its answer. 12 seconds by
	// default; who dials never asks more often than every 10 seconds.
	KeepAlive time.Duration

	// Linger is how long Close waits until what was sent last has been taken in,
	// and Abort and Shutdown for their last word. 5 seconds by default.
	Linger time.Duration

	// MaxConnections is how many connections a server holds at one time, those
	// of strangers in their handshake included. 64 by default.
	MaxConnections int
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.HandshakeTimeout == 0 {
		o.HandshakeTimeout = 10 * time.Second
	}
	if o.KeepAlive == 0 {
		o.KeepAlive = 12 * time.Second
	}
	if o.Linger == 0 {
		o.Linger = 5 * time.Second
	}
	if o.MaxConnections == 0 {
		o.MaxConnections = 64
	}
	return o
}

// fastestPing is the least time between two pings that a server puts up with.
// It lies below the 10 seconds that a client cannot go below.
const fastestPing = 5 * time.Second

// window is how many bytes of a direction may be on their way unread: a few
// frames, so that a slow reader holds up the sender and not the memory.
const window = 4 << 20

// maxHeaders bounds the HTTP/2 header lists, which carry nothing of ours.
const maxHeaders = 16 << 10
