package ring

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
// this member's key, its burdens are renewed, and it becomes the table that leaves
// next. At the last hop it becomes tags. Frames are worked on while the next ones
// arrive.
type passing struct {
	match.Config
	Burden
	key    *ristretto.Key
	phase  string
	want   uint64 // rows that its owner announced
	rows   uint64
	done   uint64
	strict column.Increasing
	came   *column.List // its elements as they came, for V9
	next   *Table
	line   *stage.Line[wire.Frame, []byte]
}

func newPassing(c match.Config, b Burden, key *ristretto.Key, hop int, last bool) (*passing, error) {
	g := c.Circle
	p := &passing{Config: c, Burden: b, key: key, phase: fmt.Sprintf("ring %d", hop), want: g.Caps[g.Before(g.Party, hop)],
		strict: column.Increasing{Width: ElementWidth, Key: ElementWidth},
		came:   column.NewList(ElementWidth, dh.Buffer(c), c.Store)}
	width, work := ElementWidth, p.raise
	if last {
		width, work = TagWidth, p.tag
	}
	var err error
	if p.next, err = NewTable(c, width+b.width(), width, p.want); err != nil {
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
	return errors.Join(p.came.Close(), p.next.Close())
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
	return p.line.Put(f)
}

// raise is the elements under this member's key too (V4, V5), with their burdens.
func (p *passing) raise(f wire.Frame) ([]byte, error) {
	out := make([]byte, len(f.Columns[0]))
	if err := p.key.Mul(out, f.Columns[0]); err != nil {
		return nil, pointError(err)
	}
	return p.renewed(f, out, ElementWidth)
}

// tag is the tags of the elements under this member's key too (V4, V5), with their
// burdens.
func (p *passing) tag(f wire.Frame) ([]byte, error) {
	out := make([]byte, f.Rows*TagWidth)
	if err := p.key.MulTags(out, f.Columns[0], p.SID, 0); err != nil {
		return nil, pointError(err)
	}
	return p.renewed(f, out, TagWidth)
}

// renewed is rows of what the elements of a frame have become, and of their burdens
// (V12).
func (p *passing) renewed(f wire.Frame, keys []byte, width int) ([]byte, error) {
	if p.width() == 0 {
		return keys, nil
	}
	burdens := p.packed(f)
	if err := p.Renew(burdens); err != nil {
		return nil, pointError(err)
	}
	return p.laden(keys, width, burdens), nil
}

func pointError(err error) error { return errors.Join(match.ErrPoint, err) }

func (p *passing) keep(rows []byte) error {
	p.done += uint64(len(rows) / p.next.width)
	if p.Progress != nil {
		p.Progress(p.phase, p.done, p.want)
	}
	return p.next.Add(rows)
}

// end gives the table that leaves next, once all has come in (V2) and none of it
// is what this member has sent (V9).
func (p *passing) end(sent []*column.List) (*Table, error) {
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
	if err := column.Disjoint(a, b, ElementWidth); errors.Is(err, column.ErrShared) {
		return errors.Join(match.ErrReflect, err)
	}
	return err
}
