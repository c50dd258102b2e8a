package match

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"mandorla/match/wire"
)

// A script is a machine that does as it is told.
type script struct {
	wants Want
	step  func(*script, Event) (*wire.Frame, error)
	told  []Event
}

func (s *script) Step(ev Event) (*wire.Frame, error) {
	s.told = append(s.told, ev)
	return s.step(s, ev)
}
func (s *script) Wants() Want               { return s.wants }
func (s *script) Outcome() (Outcome, error) { return Counts{[]uint64{uint64(len(s.told))}}, nil }
func (s *script) Close() error              { return nil }

// A fakeLink is a function for each direction.
type fakeLink struct {
	send func(context.Context, wire.Frame) error
	recv func(context.Context) (wire.Frame, error)
}

func (l fakeLink) Send(ctx context.Context, f wire.Frame) error { return l.send(ctx, f) }
func (l fakeLink) Recv(ctx context.Context) (wire.Frame, error) { return l.recv(ctx) }

// A fakeSource is a function.
type fakeSource func(context.Context) (Batch, error)

func (s fakeSource) Next(ctx context.Context) (Batch, error) { return s(ctx) }

var errTest = errors.New("something broke")

// The ways of a link and a source.
func swallow(context.Context, wire.Frame) error         { return nil }
func breakSend(context.Context, wire.Frame) error       { return errTest }
func breakRecv(context.Context) (wire.Frame, error)     { return wire.Frame{}, errTest }
func blockSend(ctx context.Context, _ wire.Frame) error { <-ctx.Done(); return ctx.Err() }
func silence(ctx context.Context) (wire.Frame, error)   { <-ctx.Done(); return wire.Frame{}, ctx.Err() }
func chatter(context.Context) (wire.Frame, error)       { return wire.Frame{Kind: wire.KindSet}, nil }
func noRows(context.Context) (Batch, error)             { return Batch{}, io.EOF }
func rowsForEver(context.Context) (Batch, error)        { return Batch{Rows: 1}, nil }
func breakRows(context.Context) (Batch, error)          { return Batch{}, errTest }

// The ways of a machine.
func listen(*script, Event) (*wire.Frame, error) { return nil, nil }
func talk(_ *script, ev Event) (*wire.Frame, error) {
	if _, ok := ev.(Ready); ok {
		return &wire.Frame{Kind: wire.KindTags}, nil
	}
	return nil, nil
}

// failAt is a machine's step that fails at events of type E.
func failAt[E Event](otherwise func(*script, Event) (*wire.Frame, error)) func(*script, Event) (*wire.Frame, error) {
	return func(s *script, ev Event) (*wire.Frame, error) {
		if _, ok := ev.(E); ok {
			return nil, errTest
		}
		return otherwise(s, ev)
	}
}

// TestRunFails has one thing break at a time. The bubble sees to it that Run
// returns, and that none of its goroutines is left.
func TestRunFails(t *testing.T) {
	rows := func(s *script, ev Event) (*wire.Frame, error) { // reads its rows, then waits for frames
		if _, ok := ev.(OwnEnd); ok {
			s.wants = WantFrames
		}
		return nil, nil
	}
	for name, c := range map[string]struct {
		wants Want
		step  func(*script, Event) (*wire.Frame, error)
		src   fakeSource
		link  fakeLink
	}{
		"the source":                       {WantRows, rows, breakRows, fakeLink{swallow, silence}},
		"the machine, at rows":             {WantRows, failAt[Own](rows), rowsForEver, fakeLink{swallow, silence}},
		"the machine, at the last rows":    {WantRows, failAt[OwnEnd](rows), noRows, fakeLink{swallow, silence}},
		"the machine, when asked":          {WantFrames, failAt[Ready](listen), noRows, fakeLink{swallow, silence}},
		"the machine, at a frame":          {WantFrames, failAt[Peer](listen), noRows, fakeLink{swallow, chatter}},
		"the machine, while sending":       {WantFrames, failAt[Peer](talk), noRows, fakeLink{blockSend, chatter}},
		"receiving":                        {WantFrames, listen, noRows, fakeLink{swallow, breakRecv}},
		"receiving, while rows are read":   {WantRows, rows, rowsForEver, fakeLink{swallow, breakRecv}},
		"receiving, while sending blocks":  {WantFrames, talk, noRows, fakeLink{blockSend, breakRecv}},
		"sending":                          {WantFrames, talk, noRows, fakeLink{breakSend, silence}},
		"sending, while the peer talks":    {WantFrames, talk, noRows, fakeLink{breakSend, chatter}},
		"receiving, with nothing but rows": {WantRows, rows, noRows, fakeLink{swallow, breakRecv}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out, err := Run(t.Context(), &script{wants: c.wants, step: c.step}, c.src, c.link)
				if !errors.Is(err, errTest) || out != nil {
					t.Errorf("%v, %v", out, err)
				}
			})
		})
	}
}

// TestFirstErrorWins breaks the link in its own words once the run is
// cancelled: what began it is reported.
func TestFirstErrorWins(t *testing.T) {
	late := errors.New("the link was torn down")
	torn := fakeLink{
		send: func(ctx context.Context, _ wire.Frame) error { <-ctx.Done(); return late },
		recv: func(ctx context.Context) (wire.Frame, error) { <-ctx.Done(); return wire.Frame{}, late },
	}
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		m := &script{wants: WantFrames, step: func(*script, Event) (*wire.Frame, error) {
			if asked++; asked == 3 {
				return nil, errTest
			}
			return &wire.Frame{}, nil
		}}
		if _, err := Run(t.Context(), m, fakeSource(noRows), torn); !errors.Is(err, errTest) {
			t.Errorf("a machine's error became %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Hour, cancel)
		if _, err := Run(ctx, &script{wants: WantFrames, step: talk}, fakeSource(noRows), torn); !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled run became %v", err)
		}
	})
}

// TestCancel ends a run from outside, wherever it stands.
func TestCancel(t *testing.T) {
	slowRows := func(ctx context.Context) (Batch, error) {
		select {
		case <-time.After(time.Second):
			return Batch{Rows: 1}, nil
		case <-ctx.Done():
			return Batch{}, ctx.Err()
		}
	}
	for name, c := range map[string]struct {
		wants Want
		step  func(*script, Event) (*wire.Frame, error)
		link  fakeLink
	}{
		"reading rows": {WantRows, listen, fakeLink{swallow, silence}},
		"listening":    {WantFrames, listen, fakeLink{swallow, silence}},
		"talking":      {WantFrames, talk, fakeLink{blockSend, silence}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Minute, cancel)
				_, err := Run(ctx, &script{wants: c.wants, step: c.step}, fakeSource(slowRows), c.link)
				if !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		})
	}
}

// TestLastFramesLeave has a slow link, and a machine that ends as soon as it
// has spoken.
func TestLastFramesLeave(t *testing.T) {
	const frames = queue + 3
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		slow := func(context.Context, wire.Frame) error { time.Sleep(time.Second); sent++; return nil }
		m := &script{wants: WantFrames, step: func(s *script, _ Event) (*wire.Frame, error) {
			if len(s.told) == frames {
				s.wants = WantNothing
			}
			return &wire.Frame{}, nil
		}}
		out, err := Run(t.Context(), m, fakeSource(noRows), fakeLink{slow, silence})
		if err != nil || sent != frames || out.(Counts).Levels[0] != frames {
			t.Errorf("%d of %d frames left, %v", sent, frames, err)
		}
	})
}

// TestLastFrameFails has the link break after the machine has ended.
func TestLastFrameFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &script{wants: WantFrames, step: func(s *script, _ Event) (*wire.Frame, error) {
			s.wants = WantNothing
			return &wire.Frame{}, nil
		}}
		late := func(context.Context, wire.Frame) error { time.Sleep(time.Second); return errTest }
		if _, err := Run(t.Context(), m, fakeSource(noRows), fakeLink{late, silence}); !errors.Is(err, errTest) {
			t.Error(err)
		}
	})
}

// TestNothingIsDone runs a machine that wants nothing: the peer's silence, or
// its hanging up, does not matter.
func TestNothingIsDone(t *testing.T) {
	for name, recv := range map[string]func(context.Context) (wire.Frame, error){"silent": silence, "gone": breakRecv} {
		synctest.Test(t, func(t *testing.T) {
			m := &script{step: listen}
			if _, err := Run(t.Context(), m, fakeSource(noRows), fakeLink{swallow, recv}); err != nil || len(m.told) > 0 {
				t.Errorf("%s: %v, told %d events", name, err, len(m.told))
			}
		})
	}
}

// TestSilentMachineIsAskedAgain wants a machine that had nothing to say to be
// asked again after an event, and not before.
func TestSilentMachineIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &script{wants: WantFrames}
		m.step = func(s *script, ev Event) (*wire.Frame, error) {
			if len(s.told) == 6 {
				s.wants = WantNothing
			}
			return nil, nil
		}
		slow := func(ctx context.Context) (wire.Frame, error) {
			time.Sleep(time.Second)
			return wire.Frame{}, ctx.Err()
		}
		if _, err := Run(t.Context(), m, fakeSource(noRows), fakeLink{swallow, slow}); err != nil {
			t.Fatal(err)
		}
		for i, ev := range m.told {
			if _, asked := ev.(Ready); asked != (i%2 == 0) {
				t.Errorf("event %d is a %T", i, ev)
			}
		}
	})
}

// TestTwoParties runs two machines of phases against each other, over links
// that hold one frame.
func TestTwoParties(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ab, ba := make(chan wire.Frame), make(chan wire.Frame)
		type end struct {
			out Outcome
			err error
		}
		ends := make(chan end, 2)
		party := func(out chan<- wire.Frame, in <-chan wire.Frame) {
			o, err := Run(t.Context(), counter(500), &upTo{left: 3}, channels(out, in))
			ends <- end{o, err}
		}
		go party(ab, ba)
		go party(ba, ab)
		for range 2 {
			if e := <-ends; e.err != nil || e.out.(Counts).Levels[0] != 500 {
				t.Errorf("%v, %v", e.out, e.err)
			}
		}
	})
}

// upTo yields some batches of a row.
type upTo struct{ left int }

func (u *upTo) Next(context.Context) (Batch, error) {
	if u.left == 0 {
		return Batch{}, io.EOF
	}
	u.left--
	return Batch{Rows: 1}, nil
}

func channels(out chan<- wire.Frame, in <-chan wire.Frame) Link {
	return fakeLink{
		send: func(ctx context.Context, f wire.Frame) error {
			select {
			case out <- f:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		recv: func(ctx context.Context) (wire.Frame, error) {
			select {
			case f := <-in:
				return f, nil
			case <-ctx.Done():
				return wire.Frame{}, ctx.Err()
			}
		},
	}
}

// counter reads its rows, then sends and receives n frames at once, and has
// counted those of the peer, which have to come in order.
func counter(n int) *Phases {
	sent, got := 0, 0
	exchange := &Phase{Name: "exchange", Kind: wire.KindSet,
		Out: func() (wire.Frame, error) {
			sent++
			return wire.Frame{Kind: wire.KindSet, Rows: sent, Last: sent == n}, nil
		},
		In: func(f wire.Frame) error {
			if got++; f.Rows != got {
				return ErrOrder
			}
			return nil
		}}
	read := &Phase{Name: "rows", Own: func(Batch) error { return nil }, Then: func() (*Phase, error) { return exchange, nil }}
	return NewPhases(read, func() (Outcome, error) { return Counts{[]uint64{uint64(got)}}, nil }, nil)
}
