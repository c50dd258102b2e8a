package aggregate

import (
	"encoding/binary"
	"errors"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// A row of TAGS is a tag and its segment code; at home the number of the row
// in the peer's set stands behind them.
const (
	sealedTag = 16 + 2
	heldTag   = sealedTag + 8
)

// A level is one identifier level of a run: the tags of the peer's rows, which
// go back sorted, and the hits among those that come back, sorted too, for our
// own.
type level struct {
	*half
	number int
	sorted *column.List    // held tags
	meet   *column.Meeting // of those with what comes back; nil before
	hits   *column.Sorter  // by row of the peer's set
	strict column.Increasing
	expect []uint64 // per own segment: tags of our own rows still to come
}

// newLevel computes and sorts the tags of the peer's rows that no earlier
// level matched. expect is how many of our own rows the peer has to answer
// for, in each segment.
func newLevel(h *half, number int, expect []uint64) (_ *level, err error) {
	l := &level{half: h, number: number, expect: expect,
		sorted: column.NewList(heldTag, dh.Buffer(h.Config), h.Store),
		strict: column.Increasing{Width: 16, Key: 16}}
	l.hits, err = column.NewSorter(column.Config{Width: hitRow, Key: 8, Budget: dh.Buffer(h.Config), Store: h.Store})
	if err != nil {
		return nil, errors.Join(err, l.sorted.Close())
	}
	if err := l.fill(); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *level) close() error {
	errs := []error{l.hits.Close(), l.sorted.Close()}
	if l.meet != nil {
		errs = append(errs, l.meet.Close())
	}
	return errors.Join(errs...)
}

// fill puts the tags of the peer's rows, sorted, into the list that will be
// sent and met.
func (l *level) fill() (err error) {
	tags, err := l.Theirs.Tags(l.number)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tags.Close()) }()
	sorter, err := column.NewSorter(column.Config{Width: heldTag, Key: 16, Budget: dh.Share(l.Config), Store: l.Store})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sorter.Close()) }()
	labels, err := newWalk(l.theirs.labels, 2)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, labels.close()) }()
	err = dh.Each(tags, func(rows []byte) error {
		held, err := labelTags(rows, labels)
		if err != nil {
			return err
		}
		return sorter.Add(held)
	})
	if err != nil {
		return err
	}
	rows, err := sorter.Sort()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	return column.EachBatch(rows, l.sorted.Append)
}

// labelTags puts the labels of the rows between their tags and their numbers.
func labelTags(rows []byte, labels *walk) ([]byte, error) {
	out := make([]byte, len(rows)/dh.TagRow*heldTag)
	for i := range len(rows) / dh.TagRow {
		row := rows[i*dh.TagRow:][:dh.TagRow]
		label, err := labels.at(binary.BigEndian.Uint64(row[16:]))
		if err != nil {
			return nil, err
		}
		held := out[i*heldTag:]
		copy(held, row[:16])
		copy(held[16:], label)
		copy(held[sealedTag:], row[16:])
	}
	return out, nil
}

// framer sends the sorted tags.
func (l *level) framer() (*match.Framer, error) {
	rows, err := l.sorted.Rows()
	if err != nil {
		return nil, err
	}
	return &match.Framer{Kind: wire.KindTags, Level: uint8(l.number), Schema: tagsSchema,
		Width: heldTag, Rows: rows, Left: l.sorted.Len()}, nil
}

// send sends the tags. Before the first of all tags the run is charged for.
func (l *level) send() (func() (wire.Frame, error), error) {
	framer, err := l.framer()
	if err != nil {
		return nil, err
	}
	charge := l.Spend
	return func() (wire.Frame, error) {
		if charge != nil && l.number == 0 {
			if err := charge(); err != nil {
				return wire.Frame{}, err
			}
		}
		charge = nil
		return framer.Next()
	}, nil
}

// add takes in the tags that the peer computed of our rows (V8, V10, V11).
func (l *level) add(f wire.Frame) error {
	for i := range f.Rows {
		seg := binary.LittleEndian.Uint16(f.Columns[1][2*i:])
		if int(seg) >= len(l.expect) || l.expect[seg] == 0 {
			return match.ErrCount
		}
		l.expect[seg]--
	}
	if f.Last != (sum(l.expect) == 0) {
		return match.ErrCount
	}
	if err := l.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	rows := make([]byte, f.Rows*sealedTag)
	dh.Scatter(rows, sealedTag, 0, f.Columns[0], 16)
	dh.Scatter(rows, sealedTag, 16, f.Columns[1], 2)
	return l.join(rows)
}

// hitRow is the number of a row of the peer's set, and the own segment of the
// row that it met.
const hitRow = 8 + 2

// join finds the tags that came back among those of the peer's rows.
func (l *level) join(rows []byte) (err error) {
	if l.meet == nil {
		held, err := l.sorted.Rows()
		if err != nil {
			return err
		}
		if l.meet, err = column.Meet(held, 16); err != nil {
			return err
		}
	}
	var hit [hitRow]byte
	err = l.meet.Take(rows, sealedTag, func(held, ours []byte) error {
		copy(hit[:8], held[sealedTag:])
		copy(hit[8:], ours[16:])
		return l.hits.Add(hit[:])
	})
	if errors.Is(err, column.ErrDuplicate) {
		return errors.Join(match.ErrOrder, err)
	}
	return err
}
