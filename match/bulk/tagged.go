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
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// tagged is the receiver's last part of a level: the sender's tags come in, and
// those of own rows are looked up among them.
type tagged struct {
	*receiving
	own  *column.Rows // values
	bin  int
	rows []byte // entries of the present bin, as far as they have come
	left uint64 // entries
	line *stage.Line[lookup, []found]
	hits *column.Bits
}

// listing is the phase in which the tags come in, bin by bin (V2, V11).
//
//	<- BINTAGS*, or BINLABELS*
func (l *receiving) listing() (*match.Phase, error) {
	own, err := l.values.Rows()
	if err != nil {
		return nil, err
	}
	t := &tagged{receiving: l, own: own, left: uint64(l.listed) * uint64(l.params.Bins()), hits: new(column.Bits)}
	t.line = stage.New(t.find, t.mark)
	l.tags = t
	return &match.Phase{Name: "tags", Kind: t.kind, Level: l.number, In: t.take, Then: t.end}, nil
}

func (t *tagged) close() error {
	t.line.Close()
	return t.own.Close()
}

// take takes in a frame of tags.
func (t *tagged) take(f wire.Frame) error {
	if n := min(t.left, uint64(wire.RowsPerFrame(t.schema))); uint64(f.Rows) != n {
		return match.ErrCount
	}
	t.left -= uint64(f.Rows)
	if f.Last != (t.left == 0) {
		return match.ErrCount
	}
	for in, size := t.joined(f), t.listed*t.width; len(in) > 0; {
		n := min(len(in), size-len(t.rows))
		t.rows = append(t.rows, in[:n]...)
		in = in[n:]
		if len(t.rows) < size {
			break
		}
		if err := t.whole(); err != nil {
			return err
		}
	}
	t.progress(fmt.Sprintf("tags %d", t.number), uint64(t.bin), uint64(t.params.Bins()))
	return nil
}

// joined makes entries of a frame's columns.
func (t *tagged) joined(f wire.Frame) []byte {
	if len(f.Columns) == 1 {
		return f.Columns[0]
	}
	rows := make([]byte, f.Rows*t.width)
	dh.Scatter(rows, t.width, 0, f.Columns[0], t.tag)
	dh.Scatter(rows, t.width, t.tag, f.Columns[1], t.width-t.tag)
	return rows
}

// whole passes a bin on.
func (t *tagged) whole() error {
	values, err := match.Take(t.own, t.counts[t.bin], valueWidth)
	if err != nil {
		return err
	}
	t.bin++
	rows := t.rows
	t.rows = make([]byte, 0, len(rows))
	return t.line.Put(lookup{rows, values})
}

// A lookup is a bin of entries and the values of own rows in it; found is one of
// these rows whose tag the sender has, its number in front of its label.
type (
	lookup struct{ rows, values []byte }
	found  []byte
)

func (f found) row() uint64 { return binary.BigEndian.Uint64(f) }

// find looks the own rows of a bin up.
func (t *tagged) find(b lookup) (out []found, err error) {
	strict := column.Increasing{Width: t.width, Key: t.tag}
	if err := strict.Check(b.rows); err != nil {
		return nil, errors.Join(match.ErrOrder, err)
	}
	n := len(b.values) / valueWidth
	u, x := make([]gf128.Element, n), make([]gf128.Element, n)
	for i := range n {
		u[i], x[i] = gf128.FromBytes(b.values[i*valueWidth:]), gf128.FromBytes(b.values[i*valueWidth+gf128.Size:])
	}
	own := tagsOf(make([]byte, 0, n*t.tag), u, x, t.w, t.tag)
	s := newSorted(b.rows, t.width)
	for i := range n {
		entry := s.find(own[i*t.tag : (i+1)*t.tag])
		if entry == nil {
			continue
		}
		hit := found(append([]byte(nil), b.values[i*valueWidth+gf128.Size+idWidth:][:8]...))
		if t.Labels != nil {
			label, err := sealer{t.Config, t.number, t.tag}.open(entry, u[i], x[i])
			if err != nil {
				return nil, err
			}
			hit = append(hit, label...)
		}
		out = append(out, hit)
	}
	return out, nil
}

// mark notes the rows that no earlier level matched.
func (t *tagged) mark(rows []found) error {
	for _, f := range rows {
		if t.matched(f.row()) {
			continue
		}
		t.hits.Set(f.row())
		if t.book == nil {
			continue
		}
		if err := t.book.Add(f); err != nil {
			return err
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

// find is the row that begins with a key; nil: there is none.
func (s *sorted) find(key []byte) []byte {
	head := binary.BigEndian.Uint16(key)
	from, to := int(s.start[head]), int(s.start[int(head)+1])
	at := from + sort.Search(to-from, func(i int) bool { return bytes.Compare(s.row(from + i)[:len(key)], key) >= 0 })
	if at == to || !bytes.HasPrefix(s.row(at), key) {
		return nil
	}
	return s.row(at)
}

func (s *sorted) row(i int) []byte { return s.rows[i*s.width : (i+1)*s.width] }
