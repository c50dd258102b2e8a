package bulk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sort"

	"mandorla/crypto/gf128"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// tagged is the receiver's last part of a level: the sender's tags come in, and
// those of own rows are looked up among them.
type tagged struct {
	*receiving
	own  *column.Rows // values
	bin  int
	tags []byte // of the present bin, as far as they have come
	left uint64 // tags
	line *stage.Line[lookup, []uint64]
	hits *column.Bits
}

// listing is the phase in which the tags come in, bin by bin (V2, V11).
//
//	<- BINTAGS*
func (l *receiving) listing() (*match.Phase, error) {
	own, err := l.values.Rows()
	if err != nil {
		return nil, err
	}
	t := &tagged{receiving: l, own: own, left: uint64(l.listed) * uint64(l.params.Bins()), hits: new(column.Bits)}
	t.line = stage.New(t.find, t.mark)
	l.tags = t
	return &match.Phase{Name: "tags", Kind: wire.KindBinTags, Level: l.number, In: t.take, Then: t.end}, nil
}

func (t *tagged) close() error {
	t.line.Close()
	return t.own.Close()
}

// take takes in a frame of tags.
func (t *tagged) take(f wire.Frame) error {
	if n := min(t.left, uint64(wire.RowsPerFrame(tagSchema(t.tag)))); uint64(f.Rows) != n {
		return match.ErrCount
	}
	t.left -= uint64(f.Rows)
	if f.Last != (t.left == 0) {
		return match.ErrCount
	}
	for in, size := f.Columns[0], t.listed*t.tag; len(in) > 0; {
		n := min(len(in), size-len(t.tags))
		t.tags = append(t.tags, in[:n]...)
		in = in[n:]
		if len(t.tags) < size {
			break
		}
		if err := t.whole(); err != nil {
			return err
		}
	}
	t.progress(fmt.Sprintf("tags %d", t.number), uint64(t.bin), uint64(t.params.Bins()))
	return nil
}

// whole passes a bin on.
func (t *tagged) whole() error {
	values, err := match.Take(t.own, t.counts[t.bin], valueWidth)
	if err != nil {
		return err
	}
	t.bin++
	tags := t.tags
	t.tags = make([]byte, 0, len(tags))
	return t.line.Put(lookup{tags, values})
}

// A lookup is a bin of tags and the values of own rows in it.
type lookup struct{ tags, values []byte }

// find is the numbers of the own rows whose tag the sender has.
func (t *tagged) find(b lookup) ([]uint64, error) {
	strict := column.Increasing{Width: t.tag, Key: t.tag}
	if err := strict.Check(b.tags); err != nil {
		return nil, errors.Join(match.ErrOrder, err)
	}
	n := len(b.values) / valueWidth
	u, x := make([]gf128.Element, n), make([]gf128.Element, n)
	for i := range n {
		u[i], x[i] = gf128.FromBytes(b.values[i*valueWidth:]), gf128.FromBytes(b.values[i*valueWidth+gf128.Size:])
	}
	own := tagsOf(make([]byte, 0, n*t.tag), u, x, t.w, t.tag)
	s := newSorted(b.tags, t.tag)
	var rows []uint64
	for i := range n {
		if s.has(own[i*t.tag : (i+1)*t.tag]) {
			rows = append(rows, binary.BigEndian.Uint64(b.values[i*valueWidth+gf128.Size+idWidth:]))
		}
	}
	return rows, nil
}

func (t *tagged) mark(rows []uint64) error {
	for _, row := range rows {
		if !t.matched(row) {
			t.hits.Set(row)
		}
	}
	return nil
}

// end ends the level.
func (t *tagged) end() (*match.Phase, error) {
	if err := t.line.Drain(); err != nil {
		return nil, err
	}
	r := t.receiver
	r.hits = append(r.hits, t.hits)
	return r.next()
}

// sorted finds rows among sorted ones. Rows are found by their first two bytes and
// then by halving, which no peer can make slow.
type sorted struct {
	rows  []byte
	width int
	start [1<<16 + 1]uint32 // of the rows that begin with two bytes
}

func newSorted(rows []byte, width int) *sorted {
	s := &sorted{rows: rows, width: width}
	at := 0
	for head := range s.start {
		for at < len(rows)/width && int(binary.BigEndian.Uint16(rows[at*width:])) < head {
			at++
		}
		s.start[head] = uint32(at)
	}
	return s
}

func (s *sorted) has(row []byte) bool {
	head := binary.BigEndian.Uint16(row)
	from, to := int(s.start[head]), int(s.start[int(head)+1])
	at := from + sort.Search(to-from, func(i int) bool { return bytes.Compare(s.row(from+i), row) >= 0 })
	return at < to && bytes.Equal(s.row(at), row)
}

func (s *sorted) row(i int) []byte { return s.rows[i*s.width : (i+1)*s.width] }
