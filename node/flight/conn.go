package flight

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"mandorla/match/wire"
)

// A Conn is a connection to a peer whose key is known. It carries control
// messages and, after Begin, frames, in one order each way.
//
// Two goroutines serve it, one a direction, until Close. One goroutine at a time
// may send, one may receive, and the two may be different ones. A call that is
// given up when its context ends harms neither the connection nor any message
// of the peer.
type Conn struct {
	peer   ed25519.PublicKey
	stream stream
	log    *slog.Logger
	linger time.Duration
	hangUp func(context.Context) // ends the stream at this end, once all is sent

	in      *inbox
	out     chan *envelope
	closing chan struct{}
	written chan struct{} // closed when the writer has ended
	ended   chan struct{} // closed when the reader has
	once    sync.Once

	sealer             *wire.Sealer
	opener             *wire.Opener
	sealHead, openHead headers

	sent, received atomic.Uint64
}

// A stream is either end of a DoExchange: gRPC's client or server stream.
type stream interface {
	SendMsg(any) error
	RecvMsg(any) error
}

// newConn starts a connection over a stream. hangUp is called by Close.
func newConn(stream stream, peer ed25519.PublicKey, o Options) *Conn {
	c := &Conn{
		peer: peer, stream: stream, log: o.Logger, linger: o.Linger,
		in: newInbox(), out: make(chan *envelope),
		closing: make(chan struct{}), written: make(chan struct{}), ended: make(chan struct{}),
		sealHead: headers{}, openHead: headers{},
		hangUp: func(context.Context) {},
	}
	go c.read()
	go c.write()
	return c
}

// Peer is the key at the other end.
func (c *Conn) Peer() ed25519.PublicKey { return c.peer }

// Over is closed once no more will come from the peer: it has hung up, or aborted,
// or what it sent was refused. [Conn.Why] then says which.
func (c *Conn) Over() <-chan struct{} { return c.in.over }

// Why is the reason of the end; nil before it.
func (c *Conn) Why() error { return c.in.why() }

// Bytes is how many bytes of messages have been handed to the transport, and
// how many it has delivered.
func (c *Conn) Bytes() (sent, received uint64) { return c.sent.Load(), c.received.Load() }

// SendControl sends a control message.
func (c *Conn) SendControl(ctx context.Context, kind byte, note []byte) error {
	e, err := control(kind, note)
	if err != nil {
		return err
	}
	return c.push(ctx, e, c.in.over)
}

// RecvControl waits for the peer's next control message. If a frame comes
// instead, that is an error.
func (c *Conn) RecvControl(ctx context.Context) (kind byte, note []byte, err error) {
	m, err := c.in.take(ctx, tagControl)
	if err != nil {
		return 0, nil, err
	}
	return m.kind(), m.body, nil
}

// Begin lets frames pass from now on: those sent are sealed, those received
// opened.
func (c *Conn) Begin(s *wire.Sealer, o *wire.Opener) { c.sealer, c.opener = s, o }

// Send sends a frame. It may return before the frame has left; Close waits for it.
func (c *Conn) Send(ctx context.Context, f wire.Frame) error {
	if c.sealer == nil {
		return errNotBegun
	}
	e, err := sealed(f, c.sealer, c.sealHead)
	if err != nil {
		return err
	}
	return c.push(ctx, e, c.in.over)
}

// Recv waits for the peer's next frame. A control message that comes instead
// stays for RecvControl. After a frame that was refused there are no more.
func (c *Conn) Recv(ctx context.Context) (wire.Frame, error) {
	if c.opener == nil {
		return wire.Frame{}, errNotBegun
	}
	m, err := c.in.take(ctx, tagFrame)
	if err != nil {
		return wire.Frame{}, err
	}
	f, err := opened(m, c.opener, c.openHead)
	if err != nil {
		c.in.fail(err)
		return wire.Frame{}, err
	}
	return f, nil
}

// push gives the writer an envelope, unless over comes first.
func (c *Conn) push(ctx context.Context, e *envelope, over <-chan struct{}) error {
	select {
	case <-over:
		return c.in.why()
	default:
	}
	select {
	case c.out <- e:
		c.sent.Add(uint64(e.size()))
		return nil
	case <-over:
		return c.in.why()
	case <-c.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write is the one goroutine that sends.
func (c *Conn) write() {
	defer close(c.written)
	for {
		select {
		case e := <-c.out:
			if err := c.stream.SendMsg(e); err != nil {
				// The stream is dead. The reader finds out why.
				c.in.open()
				return
			}
		case <-c.closing:
			return
		}
	}
}

// read is the one goroutine that receives. It goes on to the stream's end, also
// when nobody wants what comes: a peer whose messages nobody takes away could
// not take in ours.
func (c *Conn) read() {
	defer close(c.ended)
	for {
		var raw []byte
		if err := c.stream.RecvMsg(&raw); err != nil {
			c.in.end(lost(err))
			return
		}
		c.received.Add(uint64(len(raw)))
		m, err := read(raw)
		switch {
		case err != nil:
			c.in.fail(err)
		case m.aborts():
			c.in.fail(&AbortError{m.body})
		default:
			c.in.put(m)
		}
	}
}

// lost is what the end of a stream means. A peer's own words are not repeated.
func lost(err error) error {
	code := status.Code(err)
	switch {
	case errors.Is(err, io.EOF):
		return ErrHungUp
	case code == codes.ResourceExhausted:
		return fmt.Errorf("%w: larger than %d bytes", ErrMessage, maxMessage)
	}
	return fmt.Errorf("%w: %v", ErrHungUp, code)
}

// Abort tells the peer, if it can still be told, that the run is over, and
// closes the connection. code is for this node's log.
func (c *Conn) Abort(code string, note []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), c.linger)
	defer cancel()
	e, err := control(kindAbort, note)
	if err == nil {
		err = c.push(ctx, e, nil)
	}
	c.log.Info("aborted", "kind", kindAbort, "code", code, "told", err == nil)
	c.close(ctx)
}

// Close ends the connection after what was sent last, and its goroutines with
// it. It waits no longer than [Options] say; a second call does nothing.
func (c *Conn) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), c.linger)
	defer cancel()
	c.close(ctx)
	return nil
}

func (c *Conn) close(ctx context.Context) {
	c.once.Do(func() {
		close(c.closing)
		c.in.fail(errClosed)
		select {
		case <-c.written:
		case <-ctx.Done():
		}
		c.hangUp(ctx)
	})
}
