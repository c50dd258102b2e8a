package match

import (
	"context"
	"errors"
	"io"

	"mandorla/match/wire"
)

// queue is how many frames of a direction may wait between the machine and the link.
const queue = 4

// Run drives the machine to its end over the link, feeding it the source's
// rows while it asks for them. The machine runs on the caller's goroutine; Run
// owns one goroutine a direction, and both have ended when it returns. It does
// not close the machine.
func Run(ctx context.Context, m Machine, src Source, link Link) (Outcome, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l := &loop{m: m, src: src,
		in:       make(chan wire.Frame, queue),
		out:      make(chan wire.Frame, queue),
		received: make(chan error, 1),
		sent:     make(chan error, 1),
	}
	go func() { l.received <- receive(ctx, link, l.in) }()
	go func() { l.sent <- send(ctx, link, l.out) }()

	err := l.turn(ctx)
	close(l.out)
	if err != nil {
		cancel()
	}
	sendErr := <-l.sent // the last frames have to leave before the run is over
	cancel()
	<-l.received
	if err == nil { // else what the directions say follows from the cancelling
		err = sendErr
	}
	if err != nil {
		return nil, err
	}
	return m.Outcome()
}

func receive(ctx context.Context, link Link, in chan<- wire.Frame) error {
	for {
		f, err := link.Recv(ctx)
		if err != nil {
			close(in)
			return err
		}
		select {
		case in <- f:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func send(ctx context.Context, link Link, out <-chan wire.Frame) error {
	for f := range out {
		if err := link.Send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// A loop is the state of one Run.
type loop struct {
	m              Machine
	src            Source
	in, out        chan wire.Frame
	received, sent chan error
	pending        *wire.Frame // what the machine said and the link has not taken yet
	silent         bool        // the machine had nothing to say; ask again after the next event
}

// turn feeds the machine until it wants nothing more.
func (l *loop) turn(ctx context.Context) error {
	for l.m.Wants() != WantNothing || l.pending != nil {
		var err error
		switch l.m.Wants() {
		case WantRows:
			err = l.read(ctx)
		default:
			err = l.exchange(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read gives the machine the next of this node's rows.
func (l *loop) read(ctx context.Context) error {
	if err := l.failed(ctx); err != nil {
		return err
	}
	batch, err := l.src.Next(ctx)
	if errors.Is(err, io.EOF) {
		return l.tell(OwnEnd{})
	}
	if err != nil {
		return err
	}
	return l.tell(Own{batch})
}

// failed reports, without waiting, whether a direction has ended by itself.
func (l *loop) failed(ctx context.Context) error {
	select {
	case err := <-l.sent:
		l.sent <- err
		return err
	case err := <-l.received:
		l.received <- err
		return err
	default:
		return context.Cause(ctx)
	}
}

// exchange asks the machine for a frame if the link can take one, and waits
// for whatever comes first: the link, the peer, or the end.
func (l *loop) exchange(ctx context.Context) error {
	if l.pending == nil && !l.silent {
		return l.ask()
	}
	out, in, received := l.out, l.in, (chan error)(nil)
	var next wire.Frame
	if l.pending == nil {
		out = nil
	} else {
		next = *l.pending
	}
	if l.m.Wants() == WantReady {
		in, received = nil, l.received // what comes stays where it is; only its end matters
	}
	select {
	case out <- next:
		l.pending = nil
		return nil
	case err := <-received:
		l.received <- err
		return err
	case f, ok := <-in:
		if !ok {
			err := <-l.received
			l.received <- err
			return err
		}
		return l.tell(Peer{f})
	case err := <-l.sent:
		l.sent <- err
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *loop) ask() error {
	frame, err := l.m.Step(Ready{})
	l.pending, l.silent = frame, frame == nil
	return err
}

func (l *loop) tell(ev Event) error {
	l.silent = false
	_, err := l.m.Step(ev)
	return err
}
