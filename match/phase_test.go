package match

import (
	"errors"
	"slices"
	"testing"

	"mandorla/match/wire"
)

// phases is a machine whose first phase is p; it counts what becomes of it.
type phases struct {
	*Phases
	finished, closed int
}

func machine(p *Phase) *phases {
	m := new(phases)
	m.Phases = NewPhases(p, func() (Outcome, error) { m.finished++; return Nothing{}, nil },
		func() error { m.closed++; return nil })
	return m
}

func taken(wire.Frame) error { return nil }

// said is an Out of n frames.
func said(n int) func() (wire.Frame, error) {
	return func() (wire.Frame, error) {
		n--
		return wire.Frame{Kind: wire.KindSet, Rows: 1, Last: n == 0}, nil
	}
}

// listening is a phase that takes in SET of level 1.
func listening() *Phase {
	return &Phase{Name: "set", Kind: wire.KindSet, Level: 1, In: taken}
}

func set(rows int, last bool) Peer {
	return Peer{wire.Frame{Kind: wire.KindSet, Level: 1, Rows: rows, Last: last}}
}

// TestPhaseRefuses gives a phase what does not belong to it, after which the
// machine is spent.
func TestPhaseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		phase *Phase
		event Event
	}{
		"another kind":            {listening(), Peer{wire.Frame{Kind: wire.KindTags, Level: 1, Rows: 1}}},
		"another level":           {listening(), Peer{wire.Frame{Kind: wire.KindSet, Level: 2, Rows: 1}}},
		"no rows, and more":       {listening(), set(0, false)},
		"rows of this node":       {listening(), Own{}},
		"an end of no rows":       {listening(), OwnEnd{}},
		"a frame while rows come": {&Phase{Own: func(Batch) error { return nil }}, set(1, true)},
		"a frame while talking":   {&Phase{Out: said(1), Kind: wire.KindSet, Level: 1}, set(1, true)},
		"nothing at all":          {listening(), nil},
	} {
		m := machine(c.phase)
		if _, err := m.Step(c.event); !errors.Is(err, ErrTurn) {
			t.Errorf("%s: %v", name, err)
		}
		m.spent(t, name)
	}
}

// spent wants a machine that has failed to say so to everything.
func (m *phases) spent(t *testing.T, name string) {
	t.Helper()
	for _, ev := range []Event{Own{}, OwnEnd{}, set(1, true), Ready{}} {
		if _, err := m.Step(ev); !errors.Is(err, ErrSpent) {
			t.Errorf("%s, then %T: %v", name, ev, err)
		}
	}
	if _, err := m.Outcome(); !errors.Is(err, ErrSpent) || m.Wants() != WantNothing || m.finished > 0 {
		t.Errorf("%s: an outcome after all (%v)", name, err)
	}
}

func TestPhaseEndsWithBothDirections(t *testing.T) {
	p := listening()
	p.Out = said(2)
	m := machine(p)
	for i, c := range []struct {
		event Event
		says  bool
		wants Want
	}{
		{Ready{}, true, WantFrames}, {set(1, false), false, WantFrames}, {Ready{}, true, WantFrames},
		{Ready{}, false, WantFrames}, {set(0, true), false, WantNothing},
	} {
		f, err := m.Step(c.event)
		if err != nil || (f != nil) != c.says || m.Wants() != c.wants {
			t.Fatalf("step %d: said something: %v; wants %d; %v", i, f != nil, m.Wants(), err)
		}
	}
	if out, err := m.Outcome(); err != nil || out != (Nothing{}) || m.finished != 1 {
		t.Errorf("%v, %v", out, err)
	}
	if _, err := m.Outcome(); !errors.Is(err, ErrSpent) {
		t.Errorf("a second outcome: %v", err)
	}
}

// TestDirectionsEndOnce sends a frame after the one marked last.
func TestDirectionsEndOnce(t *testing.T) {
	p := listening()
	p.Out = said(1)
	m := machine(p)
	if _, err := m.Step(set(1, true)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Step(set(1, true)); !errors.Is(err, ErrTurn) {
		t.Error(err)
	}
}

// TestPhasesFollow walks rows, a phase with nothing to do, and an exchange.
func TestPhasesFollow(t *testing.T) {
	var walked []string
	then := func(name string, next *Phase) func() (*Phase, error) {
		return func() (*Phase, error) { walked = append(walked, name); return next, nil }
	}
	last := &Phase{Name: "out", Out: said(1), Then: then("out", nil)}
	idle := &Phase{Name: "idle", Then: then("idle", last)}
	rows := 0
	m := machine(&Phase{Name: "rows", Own: func(b Batch) error { rows += b.Rows; return nil }, Out: said(1), Then: then("rows", idle)})
	for i, c := range []struct {
		event Event
		says  bool
		wants Want
	}{
		{Own{Batch{Rows: 2}}, false, WantRows},
		{Ready{}, false, WantRows}, // nothing goes out before the rows have ended
		{Own{Batch{Rows: 3}}, false, WantRows}, {OwnEnd{}, false, WantReady}, {Ready{}, true, WantReady}, {Ready{}, true, WantNothing},
	} {
		f, err := m.Step(c.event)
		if err != nil || (f != nil) != c.says || m.Wants() != c.wants {
			t.Fatalf("step %d: said something: %v; wants %d; %v", i, f != nil, m.Wants(), err)
		}
	}
	if !slices.Equal(walked, []string{"rows", "idle", "out"}) || rows != 5 || m.finished != 1 {
		t.Errorf("walked %v, %d rows", walked, rows)
	}
}

// TestPhaseErrors has each of a phase's functions fail.
func TestPhaseErrors(t *testing.T) {
	fails := func() (*Phase, error) { return nil, errTest }
	for name, c := range map[string]struct {
		phase *Phase
		event Event
	}{
		"Own":   {&Phase{Own: func(Batch) error { return errTest }}, Own{}},
		"Out":   {&Phase{Out: func() (wire.Frame, error) { return wire.Frame{}, errTest }}, Ready{}},
		"In":    {&Phase{In: func(wire.Frame) error { return errTest }, Kind: wire.KindSet, Level: 1}, set(1, true)},
		"Then":  {&Phase{Out: said(1), Then: fails}, Ready{}},
		"later": {&Phase{Out: said(1), Then: func() (*Phase, error) { return &Phase{Then: fails}, nil }}, Ready{}},
	} {
		m := machine(c.phase)
		if f, err := m.Step(c.event); !errors.Is(err, errTest) || (f != nil && name == "Out") {
			t.Errorf("%s: %v", name, err)
		}
		m.spent(t, name)
	}
	m := NewPhases(&Phase{Out: said(1)}, func() (Outcome, error) { return nil, errTest }, nil)
	if _, err := m.Step(Ready{}); !errors.Is(err, errTest) {
		t.Errorf("finish: %v", err)
	}
	if _, err := m.Outcome(); !errors.Is(err, ErrSpent) {
		t.Errorf("an outcome without a finish: %v", err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

// TestPanicLeavesTheMachineSpent wants no second try after a panic.
func TestPanicLeavesTheMachineSpent(t *testing.T) {
	m := machine(&Phase{Out: func() (wire.Frame, error) { panic("a fault of ours") }})
	func() {
		defer func() { recover() }()
		m.Step(Ready{})
	}()
	m.spent(t, "panic")
}

func TestCloseOnce(t *testing.T) {
	m := machine(listening())
	if err := errors.Join(m.Close(), m.Close()); err != nil || m.closed != 1 {
		t.Errorf("closed %d times, %v", m.closed, err)
	}
	m.spent(t, "closed")
}

// TestPhaseAhead: one frame of another party may come before its phase; it is taken
// in there, and what is wrong with it is said there.
func TestPhaseAhead(t *testing.T) {
	run := func(in func(wire.Frame) error) (*phases, int, error) {
		took := 0
		later := &Phase{Name: "later", Kind: wire.KindResult, In: func(f wire.Frame) error { took++; return in(f) }}
		first := listening()
		first.Ahead, first.Then = wire.KindResult, func() (*Phase, error) { return later, nil }
		m := machine(first)
		early := Peer{wire.Frame{Kind: wire.KindResult, Rows: 1, Last: true}}
		if _, err := m.Step(early); err != nil || took > 0 {
			t.Fatalf("%d, %v", took, err)
		}
		_, err := m.Step(set(1, true))
		return m, took, err
	}
	m, took, err := run(taken)
	if err != nil || took != 1 || m.finished != 1 {
		t.Errorf("taken %d times, finished %d times: %v", took, m.finished, err)
	}
	m, _, err = run(func(wire.Frame) error { return ErrSum })
	if !errors.Is(err, ErrSum) {
		t.Errorf("%v", err)
	}
	m.spent(t, "a bad frame ahead")
	first := listening()
	first.Ahead = wire.KindResult
	m = machine(first)
	early := Peer{wire.Frame{Kind: wire.KindResult, Rows: 1, Last: true}}
	m.Step(early)
	if _, err := m.Step(early); !errors.Is(err, ErrTurn) {
		t.Errorf("a second one: %v", err)
	}
}

// TestPhaseAheadOfSeveral: of several parties one frame each may come before their
// phase, and of no more than a group has.
func TestPhaseAheadOfSeveral(t *testing.T) {
	frame := func(level uint8) Peer {
		return Peer{wire.Frame{Kind: wire.KindShare, Level: level, Rows: 1, Last: true}}
	}
	var took []uint8
	later := &Phase{Name: "later", Kind: wire.KindShare, Senders: 3, In: func(f wire.Frame) error { took = append(took, f.Level); return nil }}
	first := listening()
	first.Ahead, first.Then = wire.KindShare, func() (*Phase, error) { return later, nil }
	m := machine(first)
	for _, ev := range []Event{frame(2), frame(0), set(1, true), frame(1)} {
		if _, err := m.Step(ev); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(took, []uint8{2, 0, 1}) || m.finished != 1 {
		t.Errorf("took those of %v, finished %d times", took, m.finished)
	}
	first = listening()
	first.Ahead = wire.KindShare
	m = machine(first)
	for level := range uint8(mostAhead) {
		if _, err := m.Step(frame(level)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Step(frame(mostAhead)); !errors.Is(err, ErrTurn) {
		t.Errorf("more than there are members: %v", err)
	}
}
