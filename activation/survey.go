package activation

import "fmt"

// A Cell is a cell of a list as text.
type Cell struct {
	Text string
	Null bool
}

// sampled is how many rows of a list decoys are made after.
const sampled = 4096

// A Survey reads a list once, and keeps a sample of its rows to make decoys
// after: each row is as likely to be in it as any other.
type Survey struct {
	names  []string
	secret Secret
	list   List
	chance *draws
	seen   uint64
	rows   [][]Cell
}

// NewSurvey begins to read a list with the columns named.
func NewSurvey(s Secret, l List, names []string) *Survey {
	return &Survey{names: names, secret: s, list: l, chance: s.draws(l, "sample", 0, 0)}
}

// Add reads the next row, which is not kept.
func (s *Survey) Add(row []Cell) {
	s.seen++
	at := len(s.rows)
	if at == sampled {
		// Lists are shorter than 2^31 rows; a longer one is sampled from that many.
		at = s.chance.below(int(min(s.seen, 1<<31-1)))
		if at >= sampled {
			return
		}
		s.rows[at] = append([]Cell{}, row...)
		return
	}
	s.rows = append(s.rows, append([]Cell{}, row...))
}

// column is a column's cells in the sample that hold something.
func (s *Survey) column(c int) (cells []string) {
	for _, row := range s.rows {
		if !row[c].Null && row[c].Text != "" {
			cells = append(cells, row[c].Text)
		}
	}
	return cells
}

// An Inventory is what the node owns and may lend to decoys, so that whoever
// writes to one, rings or posts reaches the node.
type Inventory struct{ Domains, Phones, Addresses []string }

// A forge makes the cells of one column after a real one.
type forge interface {
	// forge makes a cell in the form of another. Bits that the draws count say how
	// hard it is to guess.
	forge(d *draws, like string, attempt int) string
}

// Decoys makes so many decoys. They have yet to be compared with what is real:
// [Decoys.Seen].
func (s *Survey) Decoys(n int, owned Inventory) (*Decoys, error) {
	if len(s.rows) == 0 {
		return nil, fmt.Errorf("activation: no rows to make decoys after")
	}
	d := &Decoys{survey: s, taken: map[place]int{}, clashes: map[int]bool{}}
	for c, name := range s.names {
		d.columns = append(d.columns, shapeOf(name, s.column(c), owned))
	}
	d.group = s.ties(d.columns)
	for i := range n {
		d.all = append(d.all, decoy{number: i})
		if err := d.draw(i); err != nil {
			return nil, err
		}
	}
	return d, nil
}
