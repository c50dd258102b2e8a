package policy

import (
	"cmp"
	"slices"
)

// A complement decides which exact counts of a table are released. Those below the
// least group are kept back, and others with them, lest what is known of sums should
// tell what they are (PROTOCOLS.md §5.3). The rules are
//
//   - a small cell is kept back as the corner of a rectangle, the other sides of which
//     lie in one row and one column that are the same for all, or where it lies in
//     these, in a second of each; in a table of one line, with two cells of that;
//   - of a row or a column all is kept back, or nothing, or several cells that are of
//     the least group together.
//
// What somebody could know: how many meet in all, from another run. How many rows it
// has itself in a segment, if it is a member, which are no fewer than meet. The rules.
//
// By rectangles no sum tells a cell, though all sums of rows and columns were known:
// around one a number can be added and taken off in turn. By the lines' sums a member
// that knew how many rows of its segment meet still could have any cell of it that is
// kept back be nothing, or all that is kept back of the segment; of a segment that is
// kept back as a whole it is told nothing.
//
// Which others are kept back is no choice among counts: the lines are the same
// whatever these are, for if the least were taken, what it is less than would bound it.
// So who knows the rules and how many meet in all is left with as many values for a
// cell as the least group has, which is what being kept back says by itself.
type complement struct {
	counts []int64
	least  int64
	small  []bool // and what is taken for small
	kept   []bool // back
	line   int    // cells of a row

	rows, columns [2]int // the lines out of which others are kept back
}

// released says which counts are released, of a table with so many rows in each
// segment of either side: the rows' and the columns', as everybody knows them.
func released(counts []int64, rows, columns []uint64, least int64) []bool {
	c := &complement{counts: counts, least: least, line: len(columns), small: make([]bool, len(counts)),
		rows: middle(rows), columns: middle(columns)}
	for cell, n := range counts {
		c.small[cell] = n < least
	}
	c.kept = slices.Clone(c.small)
	if least > 1 { // else zeros alone are kept back, and the rule itself says what they are
		for c.more() {
		}
	}
	out := make([]bool, len(counts))
	for cell, kept := range c.kept {
		out[cell] = !kept
	}
	return out
}

// middle is the two segments in the middle by size, or the only one twice: what is
// kept back of the largest is missed most, and of the smallest it is too little to
// hide anything in.
func middle(sizes []uint64) [2]int {
	order := make([]int, len(sizes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[a], sizes[b]) })
	at := (len(order) - 1) / 2
	return [2]int{order[at], order[min(at+1, len(order)-1)]}
}

// more keeps back what the rules ask for of the cells that are small, or are taken for
// it, and reports whether there are more of those now. Cells of the lines out of which
// others are kept back come last: whether they are small themselves is not to show.
func (c *complement) more() bool {
	for cell, small := range c.small {
		if row, column := c.place(cell); small && row != c.rows[0] && column != c.columns[0] {
			c.enclose(row, column)
		}
	}
	for cell, small := range c.small {
		if row, column := c.place(cell); small && !c.cornered(row, column) {
			c.enclose(row, column)
		}
	}
	more := false
	for row := range len(c.kept) / c.line {
		more = c.fill(row*c.line, 1, c.line) || more
	}
	for column := range c.line {
		more = c.fill(column, c.line, len(c.kept)/c.line) || more
	}
	return more
}

func (c *complement) place(cell int) (row, column int) { return cell / c.line, cell % c.line }

// enclose keeps back the rectangle that a cell makes with the lines for it; in a table
// of one line two cells of that.
func (c *complement) enclose(row, column int) {
	rows, columns := c.rows, c.columns
	if c.line > 1 && c.line < len(c.kept) {
		rows, columns = [2]int{row, other(c.rows, row)}, [2]int{column, other(c.columns, column)}
	}
	for _, r := range rows {
		for _, q := range columns {
			c.kept[r*c.line+q] = true
		}
	}
}

// other is the first of two that is not the given one.
func other(of [2]int, not int) int {
	if of[0] == not {
		return of[1]
	}
	return of[0]
}

// cornered reports whether a cell is a corner of a rectangle that is kept back.
func (c *complement) cornered(row, column int) bool {
	for r := range len(c.kept) / c.line {
		for q := range c.line {
			if r != row && q != column && c.kept[r*c.line+q] && c.kept[r*c.line+column] && c.kept[row*c.line+q] {
				return true
			}
		}
	}
	return false
}

// fill takes all cells of a row or column for small of which too little is kept back.
func (c *complement) fill(from, step, cells int) (more bool) {
	some, together := false, int64(0)
	for i := range cells {
		if at := from + i*step; c.kept[at] {
			some, together = true, together+c.counts[at]
		}
	}
	for i := range cells {
		if at := from + i*step; some && together < c.least && !c.small[at] {
			c.kept[at], c.small[at], more = true, true, true
		}
	}
	return more
}
