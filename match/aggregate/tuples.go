package aggregate

import (
	"errors"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
)

// A part is some columns of the rows that a helper is sent, out of a list in the
// order of the peer's set.
type part struct {
	list  *column.List
	width int // of the list's rows
	used  int // the first bytes of them
	alter func(rows []byte) error
	rows  *column.Rows
}

// tuples makes the rows that the helper is sent: a row of the peer's set as its
// tags under this member's key too, its segment, and its values under fresh
// randomness, so that their owner does not recognise them (PROTOCOLS.md §5.11).
func (m *helped) tuples() (err error) {
	width := tupleSchema(m.levels, len(m.peer.Values)).RowWidth()
	m.tags, err = column.NewSorter(column.Config{Width: width, Key: 16, Budget: dh.Share(m.Config), Store: m.Store})
	if err != nil {
		return err
	}
	var parts []*part
	defer func() {
		for _, p := range parts {
			err = errors.Join(err, p.close())
		}
	}()
	for level := range m.levels {
		tags, err := m.Theirs.Tags(level)
		if err != nil {
			return err
		}
		defer tags.Close()
		parts = append(parts, &part{list: tags, width: dh.TagRow, used: 16})
	}
	parts = append(parts, &part{list: m.theirs.labels, width: 2, used: 2})
	if n := m.theirs.width(); len(m.peer.Values) > 0 {
		parts = append(parts, &part{list: m.theirs.ciphers, width: n, used: n, alter: m.sums.peerKeys.Rerandomise})
	}
	return m.assemble(parts, width)
}

// assemble puts the parts of each row side by side.
func (m *helped) assemble(parts []*part, width int) (err error) {
	for _, p := range parts {
		if p.rows, err = p.list.Rows(); err != nil {
			return err
		}
	}
	total := sum(m.peerRows())
	for done := uint64(0); done < total; {
		n := int(min(total-done, dh.FillerBatch))
		rows, at := make([]byte, n*width), 0
		for _, p := range parts {
			if err := p.write(rows, width, at, n); err != nil {
				return err
			}
			at += p.used
		}
		if err := m.tags.Add(rows); err != nil {
			return err
		}
		if done += uint64(n); m.Progress != nil {
			m.Progress("tags", done, total)
		}
	}
	return nil
}

// write puts the next n rows of a part into as many of a width, at a place.
func (p *part) write(rows []byte, width, at, n int) error {
	values, err := match.Take(p.rows, n, p.width)
	if err != nil {
		return err
	}
	values = dh.Gather(values, p.width, 0, p.used)
	if p.alter != nil {
		if err := p.alter(values); err != nil {
			return errors.Join(match.ErrPoint, err)
		}
	}
	dh.Scatter(rows, width, at, values, p.used)
	return nil
}

func (p *part) close() error {
	if p.rows == nil {
		return nil
	}
	return p.rows.Close()
}
