package flight

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"mandorla/match/wire"
)

// talk sends n frames and receives n, both at once, then a control message each
// way.
func talk(ctx context.Context, c *Conn, own wire.Direction, n int) error {
	begin(c, own)
	sent := make(chan error, 1)
	go func() {
		for i := range n {
			if err := c.Send(ctx, frame(full-i%3, byte(i))); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for i := range n {
		f, err := c.Recv(ctx)
		if err != nil {
			return err
		}
		want := frame(full-i%3, byte(i))
		if f.Kind != want.Kind || f.Rows != want.Rows ||
			!bytes.Equal(f.Columns[0], want.Columns[0]) || !bytes.Equal(f.Columns[1], want.Columns[1]) {
			return errors.New("another frame than was sent")
		}
	}
	if err := <-sent; err != nil {
		return err
	}
	return swap(ctx, c, 40, "receipt")
}

// swap sends a control message and wants the same of the peer.
func swap(ctx context.Context, c *Conn, kind byte, note string) error {
	if err := c.SendControl(ctx, kind, []byte(note)); err != nil {
		return err
	}
	k, n, err := c.RecvControl(ctx)
	if err == nil && (k != kind || string(n) != note) {
		err = fmt.Errorf("kind %d with %d bytes was received", k, len(n))
	}
	return err
}

// TestBothWays sends 160 MB in each direction at once, between control messages.
func TestBothWays(t *testing.T) {
	const frames = 160
	answered := make(chan error, 1)
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		answered <- errors.Join(swap(ctx, c, 1, "propose"), talk(ctx, c, wire.FromResponder, frames))
	})
	c := p.dial()
	if !c.Peer().Equal(public(p.server)) {
		t.Error("another key than the server's")
	}
	var most atomic.Uint64
	stop := watchHeap(&most)
	is(t, errors.Join(swap(t.Context(), c, 1, "propose"), talk(t.Context(), c, wire.FromInitiator, frames), soon(t, answered)), nil)
	stop()
	if sent, received := c.Bytes(); sent < frames*uint64(full-2)*34 || received != sent {
		t.Errorf("%d bytes sent, %d received", sent, received)
	}
	if m := most.Load(); m > 200<<20 { // what a loaded machine lets pile up stays below it
		t.Errorf("the heap grew to %d MB for 320 MB that crossed", m>>20)
	}
}

// watchHeap keeps the most bytes that were alive after a collection.
func watchHeap(most *atomic.Uint64) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-end:
				return
			case <-time.After(20 * time.Millisecond):
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapAlloc))
		}
	}()
	return func() { close(end); <-ended }
}

// TestBackPressure: a peer that takes nothing holds up whoever sends, and then
// gets everything.
func TestBackPressure(t *testing.T) {
	goOn, taken := make(chan int, 1), make(chan error, 1)
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		begin(c, wire.FromResponder)
		for range <-goOn {
			if _, err := c.Recv(ctx); err != nil {
				taken <- err
				return
			}
		}
		taken <- nil
	})
	c := p.dial()
	begin(c, wire.FromInitiator)
	accepted := 0
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		err := c.Send(ctx, frame(full, 1))
		cancel()
		if err != nil {
			is(t, err, context.DeadlineExceeded)
			break
		}
		accepted++
	}
	if bytes := accepted * full * 34; bytes > 16<<20 {
		t.Errorf("%d bytes were taken for a peer that takes none", bytes)
	}
	goOn <- accepted
	is(t, soon(t, taken), nil)
}

// TestReceiptAhead: a control message that comes while a frame is wanted stays
// for whoever wants it, and a cancelled Recv takes nothing with it.
func TestReceiptAhead(t *testing.T) {
	end := make(chan struct{})
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		begin(c, wire.FromResponder)
		c.RecvControl(ctx)
		c.Send(ctx, frame(1, 1))
		c.SendControl(ctx, 40, []byte("receipt"))
		<-end
	})
	c := p.dial()
	begin(c, wire.FromInitiator)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Recv(ctx)
	is(t, err, context.DeadlineExceeded)
	is(t, c.SendControl(t.Context(), 1, nil), nil)
	_, _, err = c.RecvControl(t.Context()) // a frame is there
	is(t, err, ErrMessage)
	_, err = c.Recv(t.Context())
	is(t, err, nil)
	_, err = c.Recv(t.Context()) // the receipt is there
	is(t, err, ErrMessage)
	close(end)
	kind, note, err := c.RecvControl(t.Context())
	is(t, err, nil)
	if kind != 40 || string(note) != "receipt" {
		t.Errorf("kind %d: %s", kind, note)
	}
	_, _, err = c.RecvControl(t.Context())
	is(t, err, ErrHungUp)
}

// TestReceiptRace is the end of a run, as match.Run makes it: somebody waits for
// a frame that will never come when the run's context ends, while the receipt
// may or may not have come. Whatever the order, the receipt is there.
func TestReceiptRace(t *testing.T) {
	for i := range 30 {
		answered := make(chan error, 1)
		p := serve(t, Options{}, func(ctx context.Context, c *Conn) { answered <- ending(ctx, c, wire.FromResponder, i%7) })
		c := p.dial()
		is(t, errors.Join(ending(t.Context(), c, wire.FromInitiator, i%5), soon(t, answered)), nil)
		is(t, c.Close(), nil)
	}
}

// ending is one run of a frame each way with a receiver that is called off.
func ending(ctx context.Context, c *Conn, own wire.Direction, pause int) error {
	begin(c, own)
	run, cancel := context.WithCancel(ctx)
	got, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for first := true; ; first = false {
			if _, err := c.Recv(run); err != nil {
				return
			}
			if first {
				close(got)
			}
		}
	}()
	err := c.Send(run, frame(3, 1))
	<-got
	time.Sleep(time.Duration(pause) * 100 * time.Microsecond)
	cancel()
	<-ended
	return errors.Join(err, swap(ctx, c, 40, "settle"), swap(ctx, c, 40, "receipt"))
}

// TestLastWord: what was sent right before Close arrives.
func TestLastWord(t *testing.T) {
	note := bytes.Repeat([]byte("n"), maxNote)
	for range 5 {
		heard := make(chan error, 1)
		p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
			_, got, err := c.RecvControl(ctx)
			if err == nil && !bytes.Equal(got, note) {
				err = errors.New("another note")
			}
			heard <- err
			c.SendControl(ctx, 40, note)
			if _, _, err := c.RecvControl(ctx); err != ErrHungUp { // a plain end, nothing cut off
				t.Errorf("then: %v", err)
			}
			c.Close()
		})
		c := p.dial()
		is(t, c.SendControl(t.Context(), 40, note), nil)
		_, got, err := c.RecvControl(t.Context())
		is(t, err, nil)
		if !bytes.Equal(got, note) {
			t.Error("another note")
		}
		is(t, soon(t, heard), nil)
		is(t, c.Close(), nil)

		c = p.dial()
		is(t, c.SendControl(t.Context(), 40, note), nil)
		is(t, c.Close(), nil)
		is(t, soon(t, heard), nil)
	}
}

// TestNothingLeft: no goroutine and no file outlives a connection.
func TestNothingLeft(t *testing.T) {
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) { talk(ctx, c, wire.FromResponder, 2) })
	c := p.dial()
	files := openFiles()
	c.Close()
	for range 5 {
		c := p.dial()
		is(t, talk(t.Context(), c, wire.FromInitiator, 2), nil)
		is(t, c.Close(), nil)
		if n := goroutines("Conn).write") + goroutines("ClientConn"); n > 2 { // two: the server's end
			t.Errorf("%d goroutines outlive Close", n)
		}
		is(t, c.Close(), nil)
		if _, err := c.Recv(t.Context()); err == nil || c.SendControl(t.Context(), 40, nil) == nil {
			t.Error("a closed connection was used")
		}
	}
	gone(t, "flight.(*Conn)", 0)
	if n := openFiles(); n > files {
		t.Errorf("%d open files, then %d", files, n)
	}
}

// TestRefusedFrame: after a frame that is not the next one there are no more,
// but the peer can still be told.
func TestRefusedFrame(t *testing.T) {
	heard := make(chan error, 1)
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		_, o := sealers(wire.FromInitiator)
		s, _ := sealers(wire.FromInitiator) // as if the client had said it
		c.Begin(s, o)
		c.Send(ctx, frame(2, 1))
		c.Send(ctx, frame(2, 2))
		_, err := c.Recv(ctx)
		heard <- err
	})
	c := p.dial()
	begin(c, wire.FromInitiator)
	for range 2 {
		_, err := c.Recv(t.Context())
		is(t, err, wire.ErrFrame)
	}
	is(t, c.Send(t.Context(), frame(1, 1)), wire.ErrFrame)
	c.Abort("FRAME", []byte("note"))
	aborted(t, soon(t, heard), "note")
}

// TestTooLarge: what the peer would refuse is not sent, and does not move the
// transcript.
func TestTooLarge(t *testing.T) {
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		begin(c, wire.FromResponder)
		f, err := c.Recv(ctx)
		if err == nil {
			c.SendControl(ctx, 40, []byte{byte(f.Rows)})
		}
	})
	c := p.dial()
	_, err := c.Recv(t.Context())
	is(t, err, errNotBegun)
	is(t, c.Send(t.Context(), frame(1, 1)), errNotBegun)
	begin(c, wire.FromInitiator)
	is(t, c.SendControl(t.Context(), 1, make([]byte, maxNote+1)), errTooLarge)
	wide := wire.Frame{Kind: wire.KindKeys, Rows: wire.MaxRows, Columns: [][]byte{
		make([]byte, 32*wire.MaxRows), make([]byte, 64*wire.MaxRows)}}
	is(t, c.Send(t.Context(), wide), errTooLarge)
	is(t, c.Send(t.Context(), wire.Frame{Kind: wire.KindTagOpen}), wire.ErrFrame)
	is(t, c.Send(t.Context(), frame(7, 1)), nil)
	_, note, err := c.RecvControl(t.Context())
	is(t, err, nil)
	if !bytes.Equal(note, []byte{7}) {
		t.Errorf("%d rows arrived", note)
	}
}

// TestLargest: the largest frame that may be sent is taken, either way.
func TestLargest(t *testing.T) {
	largest := some(wire.KindKeys, maxBody/96)
	answered := make(chan error, 1)
	echo := func(ctx context.Context, c *Conn, own wire.Direction) error {
		begin(c, own)
		if err := c.Send(ctx, largest); err != nil {
			return err
		}
		f, err := c.Recv(ctx)
		if err == nil && f.Rows != largest.Rows {
			err = errors.New("another frame")
		}
		return errors.Join(err, swap(ctx, c, 40, "receipt"))
	}
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) { answered <- echo(ctx, c, wire.FromResponder) })
	c := p.dial()
	is(t, errors.Join(echo(t.Context(), c, wire.FromInitiator), soon(t, answered)), nil)
	if sent, _ := c.Bytes(); sent <= 4<<20 {
		t.Errorf("%d bytes are not beyond what gRPC takes by itself", sent)
	}
}

// BenchmarkFrames is full frames from one end to the other, without signatures.
func BenchmarkFrames(b *testing.B) {
	taken := make(chan error, 1)
	p := serve(b, Options{}, func(ctx context.Context, c *Conn) {
		begin(c, wire.FromResponder)
		var err error
		for err == nil {
			_, err = c.Recv(ctx)
		}
		taken <- err
	})
	c := p.dial()
	begin(c, wire.FromInitiator)
	f := frame(full, 1)
	b.SetBytes(int64(full * 34))
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Send(b.Context(), f); err != nil {
			b.Fatal(err)
		}
	}
	is(b, c.Close(), nil)
	is(b, <-taken, ErrHungUp)
}
