package match

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"mandorla/match/wire"
)

// A Phase is one line of a protocol's message diagram: what goes out, what
// comes in, and which phase follows when both have ended. Both directions of a
// phase are in flight at once.
type Phase struct {
	Name string // for progress and errors: "set", "tags 0"

	// Own takes in this node's rows. A phase that reads them does nothing else.
	Own func(Batch) error

	// Out makes the next frame to send; the one marked Last ends the direction.
	// Nil where nothing goes out.
	Out func() (wire.Frame, error)

	// Kind and Level are what In accepts; In takes in the peer's next frame, and
	// the one marked Last ends the direction. A nil In refuses every frame.
	Kind  wire.Kind
	Level uint8
	In    func(wire.Frame) error
	// Senders, if above 0, is how many members' messages In takes in, at once and
	// in any order: those of the levels below it, one message each. Level is not
	// looked at then.
	Senders int
	ended   uint64 // the levels of which the last frame has come

	// Ahead is a kind of which one frame of each level may come before the phase that
	// takes it, from parties that have got there first; they wait, unlooked at.
	Ahead wire.Kind

	// Then runs once both directions have ended and names the next phase; a
	// phase without it is the protocol's last.
	Then func() (*Phase, error)
}

// Phases is a [Machine] that walks a protocol's phases.
type Phases struct {
	phase   *Phase
	early   []wire.Frame // came before their phase
	outcome Outcome
	done    bool
	taken   bool
	finish  func() (Outcome, error)
	close   func() error
}

// NewPhases makes a machine that starts at first. After the last phase finish
// says what was learnt; close releases everything and is called at most once.
func NewPhases(first *Phase, finish func() (Outcome, error), close func() error) *Phases {
	return &Phases{phase: first, finish: finish, close: close}
}

// Step implements [Machine].
func (p *Phases) Step(ev Event) (*wire.Frame, error) {
	if p.phase == nil {
		return nil, ErrSpent
	}
	ph := p.phase
	p.phase = nil // an error, or a panic, leaves the machine spent
	if in, ok := ev.(Peer); ok && p.ahead(ph, in.Frame) {
		p.phase, p.early = ph, append(p.early, in.Frame)
		return nil, nil
	}
	frame, err := ph.step(ev)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ph.Name, err)
	}
	return frame, p.advance(ph)
}

// step gives the event to the direction that it belongs to.
func (ph *Phase) step(ev Event) (*wire.Frame, error) {
	switch ev := ev.(type) {
	case Own:
		if ph.Own == nil {
			return nil, ErrTurn
		}
		return nil, ph.Own(ev.Batch)
	case OwnEnd:
		if ph.Own == nil {
			return nil, ErrTurn
		}
		ph.Own = nil
		return nil, nil
	case Ready:
		return ph.send()
	case Peer:
		return nil, ph.receive(ev.Frame)
	}
	return nil, ErrTurn
}

func (ph *Phase) send() (*wire.Frame, error) {
	if ph.Out == nil || ph.Own != nil {
		return nil, nil
	}
	f, err := ph.Out()
	if err != nil {
		return nil, err
	}
	if f.Last {
		ph.Out = nil
	}
	return &f, nil
}

func (ph *Phase) receive(f wire.Frame) error {
	if ph.In == nil || f.Kind != ph.Kind || !ph.expects(f.Level) {
		return fmt.Errorf("%w: %v", ErrTurn, f.Kind)
	}
	if f.Rows == 0 && !f.Last {
		return fmt.Errorf("%w: %v without rows", ErrTurn, f.Kind)
	}
	if err := ph.In(f); err != nil {
		return err
	}
	if f.Last {
		ph.heard(f.Level)
	}
	return nil
}

// expects reports whether a message of the level is still to come to its end.
func (ph *Phase) expects(level uint8) bool {
	if ph.Senders == 0 {
		return level == ph.Level
	}
	return int(level) < ph.Senders && ph.ended&(1<<level) == 0
}

// heard ends a message, and with the last of them the direction.
func (ph *Phase) heard(level uint8) {
	ph.ended |= 1 << (level & 63)
	if ph.Senders == 0 || ph.ended == 1<<ph.Senders-1 {
		ph.In = nil
	}
}

// advance moves on over every phase that has ended.
func (p *Phases) advance(ph *Phase) error {
	for ph.Own == nil && ph.Out == nil && ph.In == nil {
		if ph.Then == nil {
			return p.end(ph)
		}
		next, err := ph.Then()
		if err != nil {
			return fmt.Errorf("%s: %w", ph.Name, err)
		}
		if next == nil {
			return p.end(ph)
		}
		ph = next
		if err := p.catchUp(ph); err != nil {
			return fmt.Errorf("%s: %w", ph.Name, err)
		}
	}
	p.phase = ph
	return nil
}

// ahead reports whether a frame waits for a later phase.
func (p *Phases) ahead(ph *Phase, f wire.Frame) bool {
	waits := func(e wire.Frame) bool { return e.Level == f.Level }
	return ph.Ahead != 0 && f.Kind == ph.Ahead && len(p.early) < mostAhead && !slices.ContainsFunc(p.early, waits)
}

// mostAhead is how many frames may wait: one of each member of the largest group.
const mostAhead = 10

// catchUp gives a phase that begins what has come for it already.
func (p *Phases) catchUp(ph *Phase) error {
	early := p.early
	if len(early) == 0 || ph.Kind != early[0].Kind {
		return nil
	}
	p.early = nil
	for _, f := range early {
		if err := ph.receive(f); err != nil {
			return err
		}
	}
	return nil
}

func (p *Phases) end(ph *Phase) (err error) {
	if p.outcome, err = p.finish(); err != nil {
		return fmt.Errorf("%s: %w", ph.Name, err)
	}
	p.done = true
	return nil
}

// Wants implements [Machine].
func (p *Phases) Wants() Want {
	switch {
	case p.phase == nil:
		return WantNothing
	case p.phase.Own != nil:
		return WantRows
	case p.phase.In == nil:
		return WantReady // in a ring the neighbour may be a phase ahead
	}
	return WantFrames
}

// Outcome implements [Machine].
func (p *Phases) Outcome() (Outcome, error) {
	if !p.done || p.taken {
		return nil, ErrSpent
	}
	p.taken = true
	return p.outcome, nil
}

// Close implements [Machine]. An outcome that nobody has taken is closed too.
func (p *Phases) Close() error {
	p.phase = nil
	if p.close == nil {
		return nil
	}
	release := p.close
	p.close = nil
	if c, ok := p.outcome.(io.Closer); ok && !p.taken {
		return errors.Join(c.Close(), release())
	}
	return release()
}
