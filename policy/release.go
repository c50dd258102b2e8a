package policy

// A TableRelease is a table as it may be seen.
type TableRelease struct {
	dimensions, measures []string
	rows                 []Row
	margins              []Margin
	total                Line
}

// A Line is the figures of a cell, or of several together: nil where they may
// not be seen.
type Line struct {
	state   string
	count   *uint64
	sd      *float64
	figures []Figures
}

// A Row is one cell.
type Row struct {
	Line
	labels []string
}

// A Margin is all released cells of one code of a dimension.
type Margin struct {
	Line
	dimension, code string
}

// State is [Noised], or [Released] in an exact run, where any cell is;
// otherwise [Suppressed].
func (t *TableRelease) State() string { return t.total.state }

// Dimensions are the names of the dimensions, in the order of [Row.Labels].
func (t *TableRelease) Dimensions() []string { return t.dimensions }

// Measures are the columns of the measures, in the order of [Line.Figures].
func (t *TableRelease) Measures() []string { return t.measures }

// Rows are the cells, in order.
func (t *TableRelease) Rows() []Row { return t.rows }

// Margins are the released cells taken together, by each dimension in turn and
// its codes as they first come.
func (t *TableRelease) Margins() []Margin { return t.margins }

// Total is all released cells taken together.
func (t *TableRelease) Total() Line { return t.total }

// Suppressed is how many cells are.
func (t *TableRelease) Suppressed() (n int) {
	for _, r := range t.rows {
		if r.state == Suppressed {
			n++
		}
	}
	return n
}

// State is [Released], [Noised] or [Suppressed].
func (l Line) State() string { return l.state }

// Count is how many customers there are.
func (l Line) Count() *uint64 { return l.count }

// SD is the standard deviation of the noise in the count, 0 in an exact one.
func (l Line) SD() *float64 { return l.sd }

// Figures are those of each measure.
func (l Line) Figures() []Figures { return l.figures }

// Labels are the cell's code of each dimension.
func (r Row) Labels() []string { return r.labels }

// Dimension is the name of the margin's dimension.
func (m Margin) Dimension() string { return m.dimension }

// Code is the code whose cells are taken together.
func (m Margin) Code() string { return m.code }
