package activation

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrNoDecoy is a list that no decoy can hide in.
var ErrNoDecoy = errors.New("no decoy can be made for this list")

// enough is how hard a value is to guess, in bits, before a sighting of it says
// anything.
const enough = 24

// attempts is how often a decoy is drawn before a list is given up.
const attempts = 1024

// unnamed is the attempt from which on addresses bear no names, should those of the
// list be too easy to guess.
const unnamed = 64

// Decoys are the made-up rows of one list.
type Decoys struct {
	survey  *Survey
	columns []shape
	group   []int // of columns of few values
	all     []decoy
	taken   map[place]int // whose value it is
	clashes map[int]bool  // decoys with a value that is somebody's
	rounds  int           // of redrawing
}

// A place is a value, folded, in a column.
type place struct {
	column int
	value  string
}

type decoy struct {
	number, attempt int
	row             []Cell
	made, marked    []bool // columns whose value was made up, and whose value tells the list
}

// draw makes a decoy, again and again until one of its values tells the list and
// no other decoy has it.
func (d *Decoys) draw(i int) error {
	one := &d.all[i]
	for ; one.attempt < attempts; one.attempt++ {
		if d.make(one); d.tells(one) {
			d.hold(i)
			return nil
		}
	}
	return fmt.Errorf("%w: no column has values that are both free and hard to guess; let columns with e-mail addresses, phone numbers or longer ids cross", ErrNoDecoy)
}

// make draws every cell. What is empty or not known in one real row is so here;
// columns of few values that go together are another row's; the forms of what is made
// up are those of yet others, one a column, so that no decoy is the shadow of a real
// row.
func (d *Decoys) make(one *decoy) {
	s := d.survey
	chance := s.secret.draws(s.list, "row", one.number, one.attempt)
	base := s.rows[chance.below(len(s.rows))]
	one.row, one.made, one.marked = slices.Clone(base), make([]bool, len(base)), make([]bool, len(base))
	from := map[int][]Cell{}
	for c, shape := range d.columns {
		if shape.kind == together {
			if from[d.group[c]] == nil {
				from[d.group[c]] = d.asEmpty(chance, base)
			}
			one.row[c] = from[d.group[c]][c]
		}
		if base[c].Text != "" && shape.kind == apart {
			one.row[c].Text = shape.apart(chance, one.attempt)
		}
	}
	for c, shape := range d.columns {
		if !shape.makes(base[c]) {
			continue
		}
		like := d.like(chance, c, base)
		chance.bits = 0
		one.row[c].Text = shape.forge.forge(chance, like[c].Text, one.attempt)
		if mail, ok := shape.forge.(*email); ok && (mail.owned || one.attempt < unnamed) {
			one.row[c].Text = mail.named(chance, one.row[c].Text, like[c].Text, d.renaming(like, one.row))
		}
		one.made[c], one.marked[c] = true, chance.bits >= enough
	}
}

// asEmpty is a real row that is empty where the one given is; that one, should none
// be drawn.
func (d *Decoys) asEmpty(chance *draws, row []Cell) []Cell {
	for range 100 {
		other := d.survey.rows[chance.below(len(d.survey.rows))]
		if slices.EqualFunc(row, other, func(a, b Cell) bool { return (a.Text == "") == (b.Text == "") }) {
			return other
		}
	}
	return row
}

// like is a real row with a value in the column to go by; the row given has one,
// should none be drawn.
func (d *Decoys) like(chance *draws, c int, row []Cell) []Cell {
	for range 100 {
		other := d.survey.rows[chance.below(len(d.survey.rows))]
		if d.columns[c].makes(other[c]) {
			return other
		}
	}
	return row
}

// renaming pairs the names of a real row with a decoy's.
func (d *Decoys) renaming(real, own []Cell) *renaming {
	r := new(renaming)
	for c, shape := range d.columns {
		if shape.spoken != nil {
			r.pair(shape.namesIn(real[c].Text), shape.namesIn(own[c].Text))
		}
	}
	return r
}

// tells: a value tells the list, and none is another decoy's.
func (d *Decoys) tells(one *decoy) bool {
	some := false
	for c := range one.row {
		if !one.made[c] {
			continue
		}
		if _, other := d.taken[place{c, fold(one.row[c].Text)}]; other && !d.lends(c) {
			return false
		}
		some = some || one.marked[c]
	}
	return some
}

// lends: the inventory may be shorter than the decoys are many.
func (d *Decoys) lends(c int) bool {
	_, ok := d.columns[c].forge.(*lent)
	return ok
}

func (d *Decoys) hold(i int) {
	for c, cell := range d.all[i].row {
		if d.all[i].made[c] {
			d.taken[place{c, fold(cell.Text)}] = i
		}
	}
}

func (d *Decoys) release(i int) {
	for at, who := range d.taken {
		if who == i {
			delete(d.taken, at)
		}
	}
}

// Seen is told of a real cell of a column, in the list or anywhere else in the
// table, so that no decoy has it.
func (d *Decoys) Seen(column int, cell Cell) {
	if d.columns[column].kind != made || cell.Null || d.lends(column) {
		return
	}
	if i, ok := d.taken[place{column, fold(cell.Text)}]; ok {
		d.clashes[i] = true
	}
}

// Redraw makes those decoys anew that had a value of somebody's, and reports
// whether there were any: then all that is real has to be seen again.
func (d *Decoys) Redraw() (again bool, err error) {
	clashes := slices.Sorted(maps.Keys(d.clashes))
	clear(d.clashes)
	d.rounds++
	for _, i := range clashes {
		d.release(i)
		d.all[i].attempt += d.rounds // ever more, for each round reads the table
		if err := d.draw(i); err != nil {
			return false, err
		}
	}
	return len(clashes) > 0, nil
}

// Len is how many there are.
func (d *Decoys) Len() int { return len(d.all) }

// Row is a decoy's cells.
func (d *Decoys) Row(i int) []Cell { return d.all[i].row }

// Marks are what a sighting of any of the values is known by: [Secret.Mark].
func (d *Decoys) Marks() (marks []string) {
	seen := map[string]bool{}
	for _, one := range d.all {
		for c, cell := range one.row {
			mark := d.survey.secret.Mark(cell.Text)
			if one.marked[c] && !seen[mark] {
				marks, seen[mark] = append(marks, mark), true
			}
		}
	}
	return marks
}

// Unlent names the columns whose decoys are made up where the node could lend
// something of its own, so that a mail or a call would reach it.
func (d *Decoys) Unlent() (names []string) {
	for c, shape := range d.columns {
		mail, isMail := shape.forge.(*email)
		phones := heading(d.survey.names[c], phoneWords) && shape.kind == made && !d.lends(c)
		if isMail && !mail.owned || phones && !isMail {
			names = append(names, d.survey.names[c])
		}
	}
	return names
}
