package multi

import (
	"errors"
	"fmt"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// A passing is another member's table as it comes by: it is checked, raised to
// this member's key, and becomes the table that leaves next. At the last hop it
// becomes tags. Frames are worked on while the next ones arrive.
type passing struct {
	match.Config
	key    *ristretto.Key
	phase  string
	want   uint64 // rows that its owner announced
	rows   uint64
	done   uint64
	strict column.Increasing
	came   *column.List // as it came, for V9
	next   *table
	line   *stage.Line[[]byte, []byte]
}

func newPassing(c match.Config, key *ristretto.Key, hop int, last bool) (*passing, error) {
	g := c.Circle
	p := &passing{Config: c, key: key, phase: fmt.Sprintf("ring %d", hop), want: g.Caps[g.Before(g.Party, hop)],
		strict: column.Increasing{Width: elementWidth, Key: elementWidth},
		came:   column.NewList(elementWidth, dh.Buffer(c), c.Store)}
	width, work := elementWidth, p.raise
	if last {
		width, work = tagWidth, p.tag
	}
	var err error
	if p.next, err = newTable(c, width, p.want); err != nil {
		return nil, err
	}
	p.line = stage.New(work, p.keep)
	return p, nil
}

func (p *passing) close() error {
	if p == nil {
		return nil
	}
	p.line.Close()
	return errors.Join(p.came.Close(), p.next.close())
}

// add takes in a frame (V2, V6).
func (p *passing) add(f wire.Frame) error {
	if p.rows += uint64(f.Rows); p.rows > p.want {
		return match.ErrCount
	}
	if err := p.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	if err := p.came.Append(f.Columns[0]); err != nil {
		return err
	}
	return p.line.Put(f.Columns[0])
}

// raise is the elements under this member's key too (V4, V5).
func (p *passing) raise(elements []byte) ([]byte, error) {
	out := make([]byte, len(elements))
	return out, pointError(p.key.Mul(out, elements))
}

// tag is the tags of the elements under this member's key too (V4, V5).
func (p *passing) tag(elements []byte) ([]byte, error) {
	out := make([]byte, len(elements)/elementWidth*tagWidth)
	return out, pointError(p.key.MulTags(out, elements, p.SID, 0))
}

func pointError(err error) error {
	if err != nil {
		return errors.Join(match.ErrPoint, err)
	}
	return nil
}

func (p *passing) keep(rows []byte) error {
	p.done += uint64(len(rows) / p.next.width)
	if p.Progress != nil {
		p.Progress(p.phase, p.done, p.want)
	}
	return p.next.sorter.Add(rows)
}

// end gives the table that leaves next, once all has come in (V2) and none of it
// is what this member has sent (V9).
func (p *passing) end(sent []*column.List) (*table, error) {
	if err := p.line.Drain(); err != nil {
		return nil, err
	}
	if p.rows != p.want {
		return nil, match.ErrCount
	}
	for _, l := range sent {
		if err := p.disjoint(l); err != nil {
			return nil, err
		}
	}
	p.line.Close()
	return p.next, p.came.Close()
}

func (p *passing) disjoint(sent *column.List) (err error) {
	a, err := p.came.Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	b, err := sent.Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := column.Disjoint(a, b, elementWidth); errors.Is(err, column.ErrShared) {
		return errors.Join(match.ErrReflect, err)
	}
	return err
}
