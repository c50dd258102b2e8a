package multi

import (
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// A member is one member's part of a run.
type member struct {
	match.Config
	g       *match.Circle
	figures match.Outcome
}

func newMember(c match.Config, key *ristretto.Key) (match.Machine, error) {
	m := &member{Config: c, g: c.Circle, figures: match.Nothing{}}
	trip, err := ring.NewTrip(c, key, ring.Burden{}, m.await)
	if err != nil {
		return nil, err
	}
	return match.NewPhases(trip.Begin(""), func() (match.Outcome, error) { return m.figures, nil }, trip.Close), nil
}

// await is the phase in which the combiner says what is released.
//
//	<- FIGURES
func (m *member) await() (*match.Phase, error) {
	return &match.Phase{Name: "figures", Kind: wire.KindFigures, Level: uint8(m.g.Party), In: m.read}, nil
}

// read takes in what the combiner releases to this member.
func (m *member) read(f wire.Frame) error {
	if !f.Last {
		return match.ErrCount
	}
	if !m.g.Told[m.g.Party] {
		return refuseRows(f)
	}
	figures, err := decode(f, m.g.Asked)
	m.figures = figures
	return err
}

// refuseRows refuses figures for a member that is told none.
func refuseRows(f wire.Frame) error {
	if f.Rows != 0 {
		return match.ErrCount
	}
	return nil
}
