package bulk

import (
	"math/bits"

	"mandorla/crypto/gf128"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
)

// A row of a table begins with its identifier: the first 16 bytes of its digest,
// which the run's nonces key.
const idWidth = 16

// binOf is the bin of an identifier, which its last eight bytes say.
func binOf(id []byte, bins int) int {
	hi, _ := bits.Mul64(gf128.FromBytes(id).Hi, uint64(bins))
	return int(hi)
}

// A table is this node's rows of a level, by bins. Some neighbouring bins make a
// part, which goes to storage where memory is short.
type table struct {
	width int // bytes of a row
	bins  int
	per   int // bins of a part
	parts *column.Parts
}

// mostParts bounds the open files.
const mostParts = 64

func newTable(c match.Config, width, bins int) *table {
	t := &table{width: width, bins: bins, per: (bins + mostParts - 1) / mostParts}
	parts := (bins + t.per - 1) / t.per
	budget := dh.Share(c) / int64(len(c.Levels)*parts)
	t.parts = column.NewParts(width, parts, budget, c.Store)
	return t
}

// add copies a row.
func (t *table) add(row []byte) error {
	return t.parts.Add(uint64(binOf(row, t.bins)/t.per), row)
}

func (t *table) close() error { return t.parts.Close() }

// A reader gives a table's rows bin by bin, in the order of the bins.
type reader struct {
	*table
	bin  int      // the next
	rows [][]byte // of the bins of the present part that are left
}

// next is the rows of the next bin; they are the caller's.
func (r *reader) next() ([]byte, error) {
	if r.bin%r.per == 0 {
		if err := r.load(r.bin / r.per); err != nil {
			return nil, err
		}
	}
	rows := r.rows[r.bin%r.per]
	r.rows[r.bin%r.per] = nil
	r.bin++
	return rows, nil
}

// load sorts a part's rows by their bins.
func (r *reader) load(part int) error {
	first := part * r.per
	whole := make([]byte, 0, r.parts.Len(part)*r.width)
	err := r.parts.Each(part, func(rows []byte) error {
		whole = append(whole, rows...)
		return nil
	})
	if err != nil {
		return err
	}
	r.rows = make([][]byte, r.per)
	if r.per == 1 {
		r.rows[0] = whole
		return nil
	}
	for i := range r.rows {
		r.rows[i] = make([]byte, 0, len(whole)/r.per*9/8)
	}
	for i := 0; i < len(whole); i += r.width {
		bin := binOf(whole[i:], r.bins) - first
		r.rows[bin] = append(r.rows[bin], whole[i:i+r.width]...)
	}
	clear(whole)
	return nil
}

// ids are the identifiers of some rows.
func ids(rows []byte, width int) []gf128.Element {
	x := make([]gf128.Element, len(rows)/width)
	for i := range x {
		x[i] = gf128.FromBytes(rows[i*width:])
	}
	return x
}
