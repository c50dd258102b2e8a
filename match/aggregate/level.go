package aggregate

import (
	"encoding/binary"
	"errors"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// sealedTag is a tag and its segment code: a row of TAGS.
const sealedTag = 16 + 2

// A level is one identifier level of a run: the tags of the peer's rows, which
// go back sorted, and the join with those that come back for our own.
type level struct {
	*dh.Session
	number uint8
	sorted *column.List
	join   *column.Joiner
	strict column.Increasing
	expect uint64 // tags of our own rows still to come
}

// newLevel computes and sorts the tags of the peer's rows that no earlier
// level matched. expect is how many of our own rows the peer has to answer for.
func newLevel(s *dh.Session, number int, expect uint64) (_ *level, err error) {
	share := dh.Share(s.Config)
	l := &level{Session: s, number: uint8(number), expect: expect,
		sorted: column.NewList(sealedTag, share, s.Store),
		strict: column.Increasing{Width: 16, Key: 16}}
	l.join, err = column.NewJoiner(column.JoinConfig{Key: 16, Left: dh.TagRow, Right: 16, Budget: 2 * share, Store: s.Store})
	if err != nil {
		return nil, errors.Join(err, l.sorted.Close())
	}
	if err := l.fill(); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *level) close() error { return errors.Join(l.sorted.Close(), l.join.Close()) }

// fill puts the tags of the peer's rows into the join and, sorted, into the
// list that will be sent.
func (l *level) fill() (err error) {
	tags, err := l.Theirs.Tags(int(l.number))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tags.Close()) }()
	sorter, err := column.NewSorter(column.Config{Width: sealedTag, Key: 16, Budget: dh.Share(l.Config), Store: l.Store})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sorter.Close()) }()
	err = dh.Each(tags, func(rows []byte) error {
		if err := l.join.AddLeft(rows); err != nil {
			return err
		}
		return sorter.Add(tagsOnly(rows))
	})
	if err != nil {
		return err
	}
	rows, err := sorter.Sort()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	return dh.EachRow(rows, l.sorted.Append)
}

// tagsOnly drops the row indices and labels every tag with segment 0, the only
// one there is.
func tagsOnly(rows []byte) []byte {
	out := make([]byte, len(rows)/dh.TagRow*sealedTag)
	for i := range len(rows) / dh.TagRow {
		copy(out[i*sealedTag:][:16], rows[i*dh.TagRow:])
	}
	return out
}

// framer sends the sorted tags.
func (l *level) framer() (*match.Framer, error) {
	rows, err := l.sorted.Rows()
	if err != nil {
		return nil, err
	}
	return &match.Framer{Kind: wire.KindTags, Level: l.number, Schema: tagsSchema,
		Width: sealedTag, Rows: rows, Left: l.sorted.Len()}, nil
}

// add takes in the tags that the peer computed of our rows (V8, V10, V11).
func (l *level) add(f wire.Frame) error {
	if uint64(f.Rows) > l.expect || f.Last != (uint64(f.Rows) == l.expect) {
		return match.ErrCount
	}
	l.expect -= uint64(f.Rows)
	if err := l.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	for _, b := range f.Columns[1] {
		if b != 0 {
			return match.ErrCount
		}
	}
	return l.join.AddRight(f.Columns[0])
}

// hits counts the tags that both sides know and marks the peer's rows.
func (l *level) hits() (n uint64, err error) {
	err = l.join.Each(func(theirs, _ []byte) error {
		l.Theirs.Match(binary.BigEndian.Uint64(theirs[16:]))
		n++
		return nil
	})
	if errors.Is(err, column.ErrDuplicate) {
		err = errors.Join(match.ErrOrder, err)
	}
	return n, err
}
