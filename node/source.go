package node

import (
	"context"
	"io"

	"mandorla/identity"
	"mandorla/match"
)

// batchRows is how many rows a source yields at a time.
const batchRows = 8192

// A tableSource feeds the rows of a table to a run: a digest for every
// identifier, under the run's pepper (PROTOCOLS.md §1.3). It implements
// [match.Source].
type tableSource struct {
	table     *Table
	rows      *valueReader
	lost      losses
	place     uint64
	digesters []*identity.Digester
	values    []gathered // per level: the batch's values that are there
	digests   [][]byte
	present   [][]bool
	segments  []uint16
	numbers   []int64 // the encoded values, row by row
	sold      []byte  // likewise
	labels    []byte  // likewise
	sample    *sample // which of the rows take part; nil: all
}

func (t *Table) source(levels []*identity.Normaliser, pepper [32]byte) (*tableSource, error) {
	rows, err := t.log.read()
	if err != nil {
		return nil, err
	}
	s := &tableSource{table: t, rows: rows, lost: t.losses(), values: make([]gathered, len(levels))}
	if t.attributes.cells {
		s.segments = make([]uint16, 0, batchRows)
	}
	for _, n := range levels {
		s.digesters = append(s.digesters, identity.NewDigester(pepper, n.Name()))
		s.digests = append(s.digests, make([]byte, 32*batchRows))
		s.present = append(s.present, make([]bool, batchRows))
	}
	return s, nil
}

// Next implements [match.Source].
func (s *tableSource) Next(ctx context.Context) (match.Batch, error) {
	if err := context.Cause(ctx); err != nil {
		return match.Batch{}, err
	}
	n := 0
	s.segments, s.numbers, s.sold, s.labels = s.segments[:0], s.numbers[:0], s.sold[:0], s.labels[:0]
	for n < batchRows && s.place < s.table.log.rows {
		row, err := s.rows.next()
		if err != nil {
			return match.Batch{}, err
		}
		if s.lost.keep(s.place, row.values) && s.draws(row.values) {
			s.note(n, row.values)
			s.attribute(row.attributes)
			s.sold = append(s.sold, row.sold...)
			n++
		}
		s.place++
	}
	if n == 0 {
		return match.Batch{}, io.EOF
	}
	for l := range s.digesters {
		s.digest(l, n)
	}
	return s.batch(n), nil
}

// draws reports whether a row takes part: in a sample not all of them do, which
// the digest at the first level says.
func (s *tableSource) draws(values [][]byte) bool {
	if s.sample == nil {
		return true
	}
	var digest [32]byte
	s.digesters[0].Sum(digest[:], values[0])
	return s.sample.takes(digest[:])
}

// note keeps row i's values, which are lent, until there is a batch of them.
func (s *tableSource) note(i int, values [][]byte) {
	for l, v := range values {
		s.present[l][i] = len(v) > 0
		if len(v) > 0 {
			s.values[l].add(v)
		}
	}
}

// digest writes the digests of a level's values, and moves each to its row of the
// batch's n.
func (s *tableSource) digest(l, n int) {
	values, digests := &s.values[l], s.digests[l]
	there := len(values.ends)
	s.digesters[l].Sums(digests[:32*there], values.inOrder())
	for i := n - 1; there <= i; i-- {
		if s.present[l][i] {
			there--
			copy(digests[32*i:][:32], digests[32*there:])
		}
	}
	values.reset()
}

// attribute adds a row's segment and values, in a run that counts cells, and its
// label in one that gives labels.
func (s *tableSource) attribute(attributes []int64) {
	if l := s.table.attributes.labels; l != nil {
		s.labels = l.append(s.labels, attributes)
	}
	if a := s.table.attributes; a.cells {
		s.segments = append(s.segments, a.segment(attributes))
		s.numbers = append(s.numbers, a.values(attributes)...)
	}
}

func (s *tableSource) batch(n int) match.Batch {
	b := match.Batch{Rows: n, Segments: s.segments, Values: s.numbers, Sold: s.sold, Labels: s.labels}
	for l := range s.digests {
		b.Digests = append(b.Digests, s.digests[l][:32*n])
		b.Present = append(b.Present, s.present[l][:n])
	}
	return b
}

// Close forgets the digests and closes the table's log.
func (s *tableSource) Close() error {
	for l, d := range s.digesters {
		clear(s.digests[l])
		d.Wipe()
	}
	return s.rows.Close()
}
