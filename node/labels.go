package node

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"slices"

	"mandorla/agreement/bands"
	"mandorla/identity"
	"mandorla/match"
)

// A labelPlan is which of this node's columns its rows' labels are made of.
type labelPlan struct {
	schema bands.Schema
	least  uint64 // people who have to have a value for it to be sent
}

// labelPlan is nil where this node gives no labels.
func (p *plan) labelPlan() *labelPlan {
	if p.schema == nil || p.learns {
		return nil
	}
	return &labelPlan{p.schema, p.rules.MinGroupSize}
}

// labels is what a run with labels depends on; nil for any other.
func (p *plan) labels() *match.Labels {
	if p.schema == nil {
		return nil
	}
	return &match.Labels{Width: p.schema.Width(), Schema: p.schema.Hash(), Check: p.schema.Check}
}

// schemaID names the schema of the labels; empty where there are none.
func (p *plan) schemaID() string {
	if p.schema == nil {
		return ""
	}
	hash := p.schema.Hash()
	return hex.EncodeToString(hash[:])
}

// The raw codes that every column of a label begins with.
const (
	rawNone    = 0 // the cell is empty
	rawOutside = 1 // a value that the schema has no band for
	rawCoded   = 2 // the schema's codes, from 1 on, or a text's numbers
)

// A labelling makes the rows' labels. Which values may be sent is known once all
// rows have been counted.
type labelling struct {
	*labelPlan
	columns []*labelColumn
}

func newLabelling(p *labelPlan) *labelling {
	if p == nil {
		return nil
	}
	l := &labelling{labelPlan: p}
	for _, c := range p.schema {
		column := &labelColumn{Column: c, counts: make([]uint64, rawCoded), numbers: map[string]int64{}}
		if c.Type != bands.Text {
			column.counts = make([]uint64, rawCoded+c.Count())
		}
		l.columns = append(l.columns, column)
	}
	return l
}

// row adds the raw codes of row i of some columns.
func (l *labelling) row(dst []int64, i int, columns []identity.Text) ([]int64, error) {
	for c, column := range l.columns {
		code, err := column.code(columns[c].Value(i))
		if err != nil {
			return nil, err
		}
		dst = append(dst, code)
	}
	return dst, nil
}

// count takes in a row of the run.
func (l *labelling) count(row []int64) {
	for c, column := range l.columns {
		column.counts[row[c]]++
	}
}

// settle decides which values may be sent.
func (l *labelling) settle() {
	for _, column := range l.columns {
		column.settle(l.least)
	}
}

// append adds a row's label.
func (l *labelling) append(dst []byte, row []int64) []byte {
	for c, column := range l.columns {
		dst = append(dst, column.final[row[c]]...)
	}
	return dst
}

// A labelColumn is one column of a labelling.
type labelColumn struct {
	bands.Column
	counts  []uint64         // rows of the run, by raw code
	numbers map[string]int64 // of a text: the raw code of each value
	names   []string         // and the values by number
	final   [][]byte         // by raw code, once settled: what is sent
}

// code is a cell's raw code.
func (c *labelColumn) code(cell []byte, null bool) (int64, error) {
	cell = bytes.TrimSpace(cell)
	if null || len(cell) == 0 {
		return rawNone, nil
	}
	code, ok := c.Code(cell)
	switch {
	case !ok:
		return rawOutside, nil
	case c.Type != bands.Text:
		return rawCoded - 1 + int64(code), nil
	}
	return c.number(string(cell))
}

// number is the raw code of a text.
func (c *labelColumn) number(text string) (int64, error) {
	if n, ok := c.numbers[text]; ok {
		return n, nil
	}
	if len(c.names) == mostValues {
		return 0, unusable("analyses.append.schema.%s: more than %d different values: free text is no label; agree on type: enum, or bring the values into groups", c.Name, mostValues)
	}
	n := int64(rawCoded + len(c.names))
	c.numbers[text] = n
	c.names, c.counts = append(c.names, text), append(c.counts, 0)
	return n, nil
}

// settle decides what is sent of each raw code: its value where enough people have
// it, and no value otherwise.
func (c *labelColumn) settle(least uint64) {
	c.final = slices.Repeat([][]byte{make([]byte, c.Width())}, len(c.counts))
	for _, raw := range c.common(least) {
		if c.Type == bands.Text {
			c.final[raw] = c.EncodeText(c.names[raw-rawCoded])
		} else {
			c.final[raw] = c.Encode(byte(raw - rawCoded + 1))
		}
	}
}

// common are the raw codes that enough people have, at most as many as a column
// may have.
func (c *labelColumn) common(least uint64) (kept []int) {
	for raw := rawCoded; raw < len(c.counts); raw++ {
		if n := c.counts[raw]; n > 0 && n >= least {
			kept = append(kept, raw)
		}
	}
	slices.SortStableFunc(kept, func(a, b int) int { return cmp.Compare(c.counts[b], c.counts[a]) })
	return kept[:min(len(kept), bands.MostValues)]
}

// A GivenColumn is what a column that this node gives says of its rows: how many
// have a value that may be sent, and why the others have none.
type GivenColumn struct {
	Column  string `json:"column"`
	Sent    uint64 `json:"sent"`
	Empty   uint64 `json:"empty"`
	Outside uint64 `json:"outside"` // in none of the agreed bands
	Rare    uint64 `json:"rare"`    // fewer than rules.min_group_size people have the value
}

// given is the report of the columns that this node gives; none where it gives
// none.
func (t *Table) given() (out []GivenColumn) {
	if t.attributes.labels == nil {
		return nil
	}
	for _, c := range t.attributes.labels.columns {
		g := GivenColumn{Column: c.Name, Empty: c.counts[rawNone], Outside: c.counts[rawOutside]}
		none := make([]byte, c.Width())
		for raw := rawCoded; raw < len(c.counts); raw++ {
			if bytes.Equal(c.final[raw], none) {
				g.Rare += c.counts[raw]
			} else {
				g.Sent += c.counts[raw]
			}
		}
		out = append(out, g)
	}
	return out
}
