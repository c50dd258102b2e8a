package flight

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"mandorla/match/wire"
)

// TestPeerDies cuts the connection while both ends send and receive: all four
// hear of it.
func TestPeerDies(t *testing.T) {
	ends := make(chan error, 4)
	busy := func(ctx context.Context, c *Conn, own wire.Direction, started chan<- struct{}) {
		begin(c, own)
		done := make(chan error, 1)
		go func() {
			var err error
			for err == nil {
				err = c.Send(ctx, frame(full, 1))
			}
			done <- err
		}()
		_, err := c.Recv(ctx)
		close(started)
		for err == nil {
			_, err = c.Recv(ctx)
		}
		ends <- err
		ends <- <-done
	}
	there := make(chan struct{})
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) { busy(ctx, c, wire.FromResponder, there) })
	x := p.between()
	c, here := p.dial(), make(chan struct{})
	go busy(context.Background(), c, wire.FromInitiator, here)
	soon(t, here)
	soon(t, there)
	x.cut()
	for range 4 {
		is(t, soon(t, ends), ErrHungUp)
	}
	_, _, err := c.RecvControl(t.Context())
	is(t, err, ErrHungUp)
	c.Close()
	gone(t, "flight.(*Conn)", 0)
}

// TestSilentCable: a peer that is gone without a word is found out by asking.
func TestSilentCable(t *testing.T) {
	heard := make(chan error, 1)
	p := serve(t, Options{KeepAlive: time.Second}, func(ctx context.Context, c *Conn) {
		_, _, err := c.RecvControl(ctx)
		heard <- err
	})
	x := p.between()
	p.options.KeepAlive = time.Hour // the client leaves it to the server
	p.dial()
	x.silence()
	is(t, soon(t, heard), ErrHungUp)
	x.cut()
}

// TestAbort: the peer's ABORT reaches whoever waits for it, or sends.
func TestAbort(t *testing.T) {
	for name, do := range map[string]func(*Conn) error{
		"recv":    func(c *Conn) error { _, err := c.Recv(context.Background()); return err },
		"control": func(c *Conn) error { _, _, err := c.RecvControl(context.Background()); return err },
		"send": func(c *Conn) (err error) {
			for err == nil {
				err = c.Send(context.Background(), frame(full, 1))
			}
			return err
		},
	} {
		t.Run(name+" at the client", func(t *testing.T) {
			p := serve(t, Options{}, func(_ context.Context, c *Conn) {
				time.Sleep(20 * time.Millisecond)
				c.Abort("CODE", []byte("note"))
			})
			c := p.dial()
			begin(c, wire.FromInitiator)
			aborted(t, do(c), "note")
		})
		t.Run(name+" at the server", func(t *testing.T) {
			heard := make(chan error, 1)
			p := serve(t, Options{}, func(_ context.Context, c *Conn) {
				begin(c, wire.FromResponder)
				heard <- do(c)
			})
			c := p.dial()
			time.Sleep(20 * time.Millisecond)
			c.Abort("CODE", []byte("note"))
			aborted(t, soon(t, heard), "note")
			is(t, c.Close(), nil)
		})
	}
}

// TestSendHearsAlone: who only sends, while what it should receive piles up, still
// hears why the peer ended it.
func TestSendHearsAlone(t *testing.T) {
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		begin(c, wire.FromResponder)
		for range inboxDepth + 3 {
			c.Send(ctx, frame(10, 1))
		}
		c.Abort("CODE", []byte("note"))
	})
	c := p.dial()
	begin(c, wire.FromInitiator)
	var err error
	for err == nil {
		err = c.Send(t.Context(), frame(full, 1))
	}
	aborted(t, err, "note")
}

// TestAbortBehindFrames: nobody waits for frames of a run that is over, but a
// receipt that came before stays good.
func TestAbortBehindFrames(t *testing.T) {
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		begin(c, wire.FromResponder)
		c.SendControl(ctx, 40, []byte("receipt"))
		c.Send(ctx, frame(1, 1))
		c.Abort("CODE", []byte("note"))
	})
	c := p.dial()
	begin(c, wire.FromInitiator)
	<-c.in.over
	_, note, err := c.RecvControl(t.Context())
	is(t, err, nil)
	if string(note) != "receipt" {
		t.Errorf("%s", note)
	}
	_, err = c.Recv(t.Context())
	aborted(t, err, "note")
}

// TestAbortToTheDeaf: a peer that takes nothing away holds nobody up for long.
func TestAbortToTheDeaf(t *testing.T) {
	done := make(chan struct{})
	p := serve(t, Options{Linger: 200 * time.Millisecond}, func(ctx context.Context, c *Conn) { <-done })
	defer close(done)
	c := p.dial()
	begin(c, wire.FromInitiator)
	var err error
	for err == nil {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		err = c.Send(ctx, frame(full, 1))
		cancel()
	}
	is(t, err, context.DeadlineExceeded)
	c.Abort("CODE", []byte("note")) // returns
	_, err = c.Recv(t.Context())
	is(t, err, errClosed)
}

// TestCancel: whatever waits, on either side, ends when its context does; the
// connection lives on.
func TestCancel(t *testing.T) {
	waits := func(c *Conn) error {
		var all error
		for _, do := range []func(context.Context) error{
			func(ctx context.Context) error { _, err := c.Recv(ctx); return err },
			func(ctx context.Context) error { _, _, err := c.RecvControl(ctx); return err },
		} {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(10*time.Millisecond, cancel)
			if err := do(ctx); !errors.Is(err, context.Canceled) {
				all = errors.Join(all, err, errors.New("not cancelled"))
			}
		}
		return all
	}
	ready, answered := make(chan struct{}), make(chan error, 1)
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		begin(c, wire.FromResponder)
		err := waits(c)
		close(ready)
		answered <- errors.Join(err, talk(ctx, c, wire.FromResponder, 3))
	})
	c := p.dial()
	begin(c, wire.FromInitiator)
	is(t, waits(c), nil)
	soon(t, ready)
	is(t, errors.Join(talk(t.Context(), c, wire.FromInitiator, 3), soon(t, answered)), nil)
}

// TestDialContext: the context of Dial is for dialling alone.
func TestDialContext(t *testing.T) {
	answered := make(chan error, 1)
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) { answered <- swap(ctx, c, 1, "note") })
	ctx, cancel := context.WithCancel(t.Context())
	c, err := Dial(ctx, p.address, p.client, public(p.server), Options{})
	is(t, err, nil)
	defer c.Close()
	cancel()
	is(t, errors.Join(swap(t.Context(), c, 1, "note"), soon(t, answered)), nil)
}

// TestShutdown lets what goes on finish.
func TestShutdown(t *testing.T) {
	started, answered := make(chan struct{}), make(chan error, 1)
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		close(started)
		answered <- talk(ctx, c, wire.FromResponder, 5)
	})
	c := p.dial()
	soon(t, started)
	down := make(chan struct{})
	go func() { p.at.Shutdown(context.Background()); close(down) }()
	for { // until nobody listens any more
		raw, err := net.Dial("tcp", p.address)
		if err != nil {
			break
		}
		raw.Close()
	}
	_, err := Dial(t.Context(), p.address, p.client, public(p.server), Options{})
	is(t, err, ErrUnreachable)
	select {
	case <-down:
		t.Fatal("the server did not wait")
	default:
	}
	is(t, errors.Join(talk(t.Context(), c, wire.FromInitiator, 5), soon(t, answered)), nil)
	is(t, c.Close(), nil)
	soon(t, down)
}

// TestShutdownCuts: a run that does not finish in time hears of it first, and may
// tell its peer.
func TestShutdownCuts(t *testing.T) {
	started, ended := make(chan struct{}), make(chan error, 1)
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		close(started)
		_, _, err := c.RecvControl(ctx)
		c.Abort("CANCELLED", []byte("shutting down"))
		ended <- err
	})
	c := p.dial()
	soon(t, started)
	now, cancel := context.WithCancel(t.Context())
	cancel()
	p.at.Shutdown(now)
	is(t, soon(t, ended), context.Canceled)
	_, _, err := c.RecvControl(t.Context())
	aborted(t, err, "shutting down")
}

// TestShutdownStubborn: a run that does not listen is cut, and its peer told by
// the end of the connection.
func TestShutdownStubborn(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	p := serve(t, Options{Linger: 100 * time.Millisecond}, func(context.Context, *Conn) {
		close(started)
		<-release
	})
	c := p.dial()
	soon(t, started)
	now, cancel := context.WithCancel(t.Context())
	cancel()
	down := make(chan struct{})
	go func() { p.at.Shutdown(now); close(down) }()
	_, _, err := c.RecvControl(t.Context())
	is(t, err, ErrHungUp)
	close(release)
	soon(t, down)
}
