package bulk

import (
	"errors"
	"fmt"

	"mandorla/crypto/okvs"
	"mandorla/match"
)

// A sender helps its peer to learn which of the peer's rows are in the overlap.
type sender struct {
	match.Config
	params okvs.Params // of the receiver's set
	tag    int         // bytes of a tag
	listed int         // tags of a bin
	rows   uint64
	tables []*table // per level
	done   int      // levels
	level  *sending // the present one
}

func newSender(c match.Config) (match.Machine, error) {
	p, err := okvs.For(c.PeerCap)
	if err != nil {
		return nil, fmt.Errorf("the bulk engine: %w", err)
	}
	s := &sender{Config: c, params: p, tag: tagWidth(c.OwnCap, c.PeerCap), listed: okvs.Load(c.OwnCap, p.Bins())}
	for range c.Levels {
		s.tables = append(s.tables, newTable(c, idWidth, p.Bins()))
	}
	first := &match.Phase{Name: "bins", Own: s.add, Then: s.next}
	return match.NewPhases(first, func() (match.Outcome, error) { return match.Nothing{}, nil }, s.close), nil
}

func (s *sender) close() error {
	err := s.release()
	for _, t := range s.tables {
		err = errors.Join(err, t.close())
	}
	return err
}

func (s *sender) release() (err error) {
	if s.level != nil {
		err = s.level.close()
		s.level = nil
	}
	return err
}

// add takes in this node's rows.
func (s *sender) add(b match.Batch) error {
	if s.rows += uint64(b.Rows); s.rows > s.OwnCap {
		return fmt.Errorf("more rows than the %d announced", s.OwnCap)
	}
	for l, t := range s.tables {
		for i, present := range b.Present[l] {
			if !present {
				continue
			}
			if err := t.add(b.Digests[l][32*i : 32*i+idWidth]); err != nil {
				return err
			}
		}
	}
	s.progress("bins", s.rows, s.OwnCap)
	return nil
}

func (s *sender) progress(phase string, done, total uint64) {
	if s.Progress != nil {
		s.Progress(phase, done, total)
	}
}

// next begins the next level, or ends.
func (s *sender) next() (*match.Phase, error) {
	if err := s.release(); err != nil {
		return nil, err
	}
	if s.done == len(s.Levels) {
		return nil, nil
	}
	s.level = newSending(s)
	return s.level.base()
}
