package aggregate

import (
	"errors"
	"fmt"

	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// Single is exact P2 towards one member (PROTOCOLS.md §4.6).
var Single = match.Protocol{Analysis: "size", Topology: "SINGLE", Schemas: singleSchemas, New: newSingle}

// single is one party's half of exact P2, SINGLE: the joiner's or the sender's.
type single struct {
	*dh.Session
	learns bool
	counts []uint64
	number int
	level  *level
}

func newSingle(c match.Config, learns bool) (match.Machine, error) {
	s, err := dh.NewSession(c, setSchema(len(c.Levels)))
	if err != nil {
		return nil, err
	}
	m := &single{Session: s, learns: learns}
	first := s.Keys(func() (*match.Phase, error) {
		return s.Blind(func() (*match.Phase, error) { return s.Sets(m.tags) }), nil
	})
	return match.NewPhases(first, m.outcome, m.close), nil
}

func (m *single) close() error { return errors.Join(m.release(), m.Session.Close()) }

func (m *single) release() (err error) {
	if m.level != nil {
		err = m.level.close()
		m.level = nil
	}
	return err
}

func (m *single) outcome() (match.Outcome, error) {
	if !m.learns {
		return match.Nothing{}, nil
	}
	return match.Counts{Levels: m.counts}, nil
}

// tags is the next level: every tag goes one way.
//
//	-> TAGS*
func (m *single) tags() (_ *match.Phase, err error) {
	if m.number == len(m.Levels) {
		return nil, nil
	}
	if m.level, err = newLevel(m.Session, m.number, m.OwnCap); err != nil {
		return nil, err
	}
	ph := &match.Phase{Name: fmt.Sprintf("tags %d", m.number), Kind: wire.KindTags, Level: uint8(m.number), Then: m.next}
	if m.learns {
		ph.In = m.level.add
		return ph, nil
	}
	send, err := m.level.framer()
	if err != nil {
		return nil, err
	}
	ph.Out = send.Next
	return ph, nil
}

func (m *single) next() (*match.Phase, error) {
	if m.learns {
		n, err := m.level.hits()
		if err != nil {
			return nil, err
		}
		m.counts = append(m.counts, n)
	}
	m.number++
	if err := m.release(); err != nil {
		return nil, err
	}
	return m.tags()
}
