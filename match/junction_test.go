package match

import (
	"context"
	"errors"
	"testing"

	"mandorla/match/wire"
)

// A wireTap is a link that tells what it is sent, and gives what it is told.
type wireTap struct {
	sent chan wire.Frame
	in   chan wire.Frame
	err  error // that Recv ends with, once in is closed
}

func newTap() *wireTap { return &wireTap{sent: make(chan wire.Frame, 9), in: make(chan wire.Frame, 9)} }

// Send implements [Link].
func (l *wireTap) Send(_ context.Context, f wire.Frame) error { l.sent <- f; return nil }

// Recv implements [Link].
func (l *wireTap) Recv(ctx context.Context) (wire.Frame, error) {
	select {
	case f, ok := <-l.in:
		if !ok {
			return f, l.err
		}
		return f, nil
	case <-ctx.Done():
		return wire.Frame{}, ctx.Err()
	}
}

// junction is that of a party with two members, 0 and 1, that it sends FIGURES and
// that send TAGS, and member 1 RING too.
func junction(t *testing.T) (*Junction, *wireTap, *wireTap) {
	t.Helper()
	any := wire.Schema{{Name: "x", Type: wire.FSB16}}
	a, b := newTap(), newTap()
	j := Join(t.Context(), []Neighbour{
		{Party: 0, Own: wire.Schemas{wire.KindFigures: any}, Peer: wire.Schemas{wire.KindTags: any}},
		{Party: 1, Own: wire.Schemas{wire.KindFigures: any, wire.KindSet: any}, Peer: wire.Schemas{wire.KindTags: any, wire.KindRing: any}},
	}, []Link{a, b})
	t.Cleanup(j.Close)
	return j, a, b
}

func TestJunctionSends(t *testing.T) {
	j, a, b := junction(t)
	for _, f := range []wire.Frame{{Kind: wire.KindFigures, Level: 1}, {Kind: wire.KindFigures, Level: 0}, {Kind: wire.KindSet, Level: 7}} {
		if err := j.Send(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	if f := <-a.sent; f.Kind != wire.KindFigures || f.Level != 0 || len(a.sent) != 0 {
		t.Errorf("member 0 was sent %v %d", f.Kind, f.Level)
	}
	if f, g := <-b.sent, <-b.sent; f.Level != 1 || g.Kind != wire.KindSet {
		t.Errorf("member 1 was sent %v and %v", f.Kind, g.Kind)
	}
	for _, f := range []wire.Frame{{Kind: wire.KindFigures, Level: 2}, {Kind: wire.KindTags}} {
		if err := j.Send(t.Context(), f); !errors.Is(err, wire.ErrFrame) {
			t.Errorf("a frame for nobody: %v", err)
		}
	}
}

func TestJunctionReceives(t *testing.T) {
	j, a, b := junction(t)
	b.in <- wire.Frame{Kind: wire.KindRing, Level: 5} // its alone, so its level is its own
	if f, err := j.Recv(t.Context()); err != nil || f.Level != 5 {
		t.Errorf("%v, %v", f.Kind, err)
	}
	a.in <- wire.Frame{Kind: wire.KindTags, Level: 0}
	if f, err := j.Recv(t.Context()); err != nil || f.Kind != wire.KindTags {
		t.Errorf("%v, %v", f.Kind, err)
	}
	a.in <- wire.Frame{Kind: wire.KindTags, Level: 1} // another member's
	if _, err := j.Recv(t.Context()); !errors.Is(err, wire.ErrFrame) {
		t.Errorf("tags in another's name: %v", err)
	}
	b.err = errTest
	close(b.in)
	if _, err := j.Recv(t.Context()); !errors.Is(err, errTest) {
		t.Errorf("the end of a neighbour: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := j.Recv(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// TestSenders: a phase that several members send to takes each one's message to its
// end, in any order, and no other.
func TestSenders(t *testing.T) {
	tags := func(level uint8, last bool) Peer {
		return Peer{wire.Frame{Kind: wire.KindTags, Level: level, Rows: 1, Last: last}}
	}
	m := machine(&Phase{Name: "tags", Kind: wire.KindTags, Senders: 3, In: taken})
	for _, ev := range []Peer{tags(2, false), tags(0, true), tags(2, true), tags(1, true)} {
		if m.Wants() != WantFrames {
			t.Fatalf("wants %d", m.Wants())
		}
		if _, err := m.Step(ev); err != nil {
			t.Fatal(err)
		}
	}
	if m.Wants() != WantNothing || m.finished != 1 {
		t.Error("it has not ended")
	}
	for name, events := range map[string][]Peer{
		"a fourth sender":       {tags(3, true)},
		"more after the end":    {tags(1, true), tags(1, true)},
		"a level beyond a word": {tags(64, true)},
	} {
		m := machine(&Phase{Name: "tags", Kind: wire.KindTags, Senders: 3, In: taken})
		var err error
		for _, ev := range events {
			_, err = m.Step(ev)
		}
		if !errors.Is(err, ErrTurn) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
