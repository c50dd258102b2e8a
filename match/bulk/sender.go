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
	entry
	listed int // tags of a bin
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
	s := &sender{Config: c, params: p, entry: newEntry(c), listed: okvs.Load(c.OwnCap, p.Bins())}
	for range c.Levels {
		s.tables = append(s.tables, newTable(c, s.row(), p.Bins()))
	}
	first := &match.Phase{Name: "bins", Own: s.add, Then: s.next}
	return match.NewPhases(first, func() (match.Outcome, error) { return match.Nothing{}, nil }, s.close), nil
}

// row is the bytes of a row: its identifier, and its label if it has one.
func (s *sender) row() int {
	if s.Labels == nil {
		return idWidth
	}
	return idWidth + s.Labels.Width
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
	row := make([]byte, s.row())
	width := len(row) - idWidth
	if width > 0 && len(b.Labels) != b.Rows*width {
		return fmt.Errorf("labels of %d bytes for %d rows of %d", len(b.Labels), b.Rows, width)
	}
	for l, t := range s.tables {
		for i, present := range b.Present[l] {
			if !present {
				continue
			}
			copy(row, b.Digests[l][32*i:32*i+idWidth])
			copy(row[idWidth:], b.Labels[i*width:])
			if err := t.add(row); err != nil {
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
