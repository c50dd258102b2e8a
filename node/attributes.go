package node

import (
	"fmt"
	"hash/fnv"

	"mandorla/identity"
)

// A cellPlan is which of a side's columns make cells and sums.
type cellPlan struct {
	dimensions []Dimension
	measures   []Measure
	leastRows  uint64 // behind each code of a dimension
}

// attributes are what rows bring into a run beside their identifiers. Into cells:
// a raw code for each dimension, a hash of the measures' cells, and each measure's
// encoded values. Into labels: a raw code for each column.
type attributes struct {
	labels       *labelling // of a member who gives labels; nil for any other
	cells        bool       // whether the run counts cells at all
	leastRows    uint64
	dictionaries []*dictionary
	encoders     []*encoder
	buf          []int64
	perSegment   []uint64 // rows of the run, once settled
	combinations map[string]uint64
}

func newAttributes(p *cellPlan, l *labelPlan) (*attributes, error) {
	a := &attributes{combinations: map[string]uint64{}, labels: newLabelling(l)}
	if p == nil {
		return a, nil
	}
	a.cells, a.leastRows = true, p.leastRows
	for _, d := range p.dimensions {
		dictionary, err := newDictionary(d)
		if err != nil {
			return nil, err
		}
		a.dictionaries = append(a.dictionaries, dictionary)
	}
	for _, m := range p.measures {
		e, err := newEncoder(m)
		if err != nil {
			return nil, err
		}
		a.encoders = append(a.encoders, e)
	}
	return a, nil
}

// columns are the source's columns, dimensions first.
func (a *attributes) columns() (names []string) {
	for _, d := range a.dictionaries {
		names = append(names, d.Column)
	}
	for _, e := range a.encoders {
		names = append(names, e.measure.Column)
	}
	if a.labels != nil {
		names = append(names, a.labels.schema.Names()...)
	}
	return names
}

// width is how many attributes a row has.
func (a *attributes) width() int {
	if a.labels != nil {
		return len(a.labels.columns)
	}
	if !a.cells {
		return 0
	}
	n := len(a.dictionaries) + 1
	for _, e := range a.encoders {
		n += e.width()
	}
	return n
}

// row is the attributes of row i of some columns, lent until the next call.
func (a *attributes) row(i int, columns []identity.Text) (_ []int64, err error) {
	a.buf = a.buf[:0]
	if a.labels != nil {
		a.buf, err = a.labels.row(a.buf, i, columns)
		return a.buf, err
	}
	for c, d := range a.dictionaries {
		code, err := d.code(columns[c].Value(i))
		if err != nil {
			return nil, err
		}
		a.buf = append(a.buf, code)
	}
	if !a.cells {
		return nil, nil
	}
	written := fnv.New64a()
	a.buf = append(a.buf, 0)
	for c, e := range a.encoders {
		cell, null := columns[len(a.dictionaries)+c].Value(i)
		fmt.Fprintf(written, "%d %v ", len(cell), null)
		written.Write(cell)
		a.buf = e.append(a.buf, cell, null)
	}
	a.buf[len(a.dictionaries)] = int64(written.Sum64())
	return a.buf, nil
}

// count takes in a row of the run.
func (a *attributes) count(row []int64) {
	if a.labels != nil {
		a.labels.count(row)
	}
	if !a.cells {
		return
	}
	key := make([]byte, 0, 2*len(a.dictionaries))
	for c, d := range a.dictionaries {
		d.counts[row[c]]++
		key = append(key, byte(row[c]>>8), byte(row[c]))
	}
	a.combinations[string(key)]++
}

// settle fixes the codes, once all rows have been counted.
func (a *attributes) settle() error {
	if a.labels != nil {
		a.labels.settle()
	}
	if !a.cells {
		return nil
	}
	segments := 1
	for _, d := range a.dictionaries {
		d.settle(a.leastRows)
		segments *= len(d.labels)
	}
	if segments > mostCodes {
		return unusable("node.yaml: dimensions: %d combinations of values, at most %d; take fewer dimensions, or declare `values` or `bands`", segments, mostCodes)
	}
	a.perSegment = make([]uint64, segments)
	for key, n := range a.combinations {
		row := make([]int64, len(a.dictionaries))
		for c := range row {
			row[c] = int64(key[2*c])<<8 | int64(key[2*c+1])
		}
		a.perSegment[a.segment(row)] += n
	}
	return nil
}

// segment is a row's segment: its codes as the digits of a number.
func (a *attributes) segment(row []int64) (n uint16) {
	for c, d := range a.dictionaries {
		n = n*uint16(len(d.labels)) + d.final[row[c]]
	}
	return n
}

// written is a hash of a row's measures as they are written in the source.
func (a *attributes) written(row []int64) int64 { return row[len(a.dictionaries)] }

// values are a row's encoded values: all columns of each measure, but for those
// that say of a measure without gaps that there is a value.
func (a *attributes) values(row []int64) (out []int64) {
	row = row[len(a.dictionaries)+1:]
	for _, e := range a.encoders {
		n := present
		if e.nullable() {
			n++
		}
		out, row = append(out, row[:n]...), row[e.width():]
	}
	return out
}

// segmentLabels are the labels of a segment's codes.
func segmentLabels(dimensions []dimensionSide, segment int) []label {
	out := make([]label, len(dimensions))
	for c := len(dimensions) - 1; c >= 0; c-- {
		n := len(dimensions[c].Codes)
		out[c], segment = dimensions[c].Codes[segment%n], segment/n
	}
	return out
}

// name is how a dimension's value is written in a table for people.
func (l label) String() string {
	switch l.Kind {
	case "value":
		return l.Text
	case "null":
		return "(none)"
	}
	return fmt.Sprintf("(%s)", l.Kind)
}
