package okvs

import "mandorla/crypto/gf128"

// A packed is the three columns of an item and its number, 16 bits each.
type packed uint64

func pack(c0, c1, c2, item int) packed {
	return packed(c0) | packed(c1)<<16 | packed(c2)<<32 | packed(item)<<48
}

func (r packed) column(i int) uint16 { return uint16(r >> (16 * i)) }
func (r packed) item() int           { return int(r >> 48) }

// A peeler brings rows into an order in which each, when its turn comes, is the
// only one left that has some column. A row with no such column left to wait for
// is put into the gap.
type peeler struct {
	sum    []packed // of each column's rows that are left: with one left, that row
	degree []uint16 // how many they are
	queue  []uint16 // columns with one row left
	rows   []packed // in order
	own    []uint16 // the column that each of them was the last to have
	gap    []packed
}

func newPeeler(p Params) peeler {
	return peeler{
		sum:    make([]packed, p.sparse),
		degree: make([]uint16, p.sparse),
		queue:  make([]uint16, p.sparse+3),
		rows:   make([]packed, 0, p.capacity),
		own:    make([]uint16, 0, p.capacity),
	}
}

// run peels the rows of hashed keys. It gives up, and returns false, when the
// gap grows beyond what is allowed.
func (p *peeler) run(h []gf128.Element, allowed int) bool {
	p.fill(h)
	waiting := 0
	for c, d := range p.degree {
		p.queue[waiting] = uint16(c)
		if d == 1 {
			waiting++
		}
	}
	p.drain(0, waiting)
	for len(p.rows)+len(p.gap) < len(h) {
		if len(p.gap) == allowed {
			p.gap = append(p.gap, p.victim(h))
			return false
		}
		p.sacrifice(p.victim(h))
	}
	return true
}

// fill counts the rows of every column.
func (p *peeler) fill(h []gf128.Element) {
	clear(p.sum)
	clear(p.degree)
	p.rows, p.own, p.gap = p.rows[:0], p.own[:0], p.gap[:0]
	sum, degree := p.sum, p.degree[:len(p.sum)]
	for i, x := range h {
		c0, c1, c2 := row(x, len(sum))
		r := pack(c0, c1, c2, i)
		sum[c0] ^= r
		sum[c1] ^= r
		sum[c2] ^= r
		degree[c0]++
		degree[c1]++
		degree[c2]++
	}
}

// drain peels until no column waits in the queue, from first to before last.
func (p *peeler) drain(first, last int) {
	for ; first < last; first++ {
		c := p.queue[first]
		if p.degree[c] == 1 { // else its row went for another column
			r := p.sum[c]
			p.rows = append(p.rows, r)
			p.own = append(p.own, c)
			last = p.remove(r, last)
		}
	}
}

// remove takes a row out of its columns and appends those with one row left to
// the queue, which it returns the end of.
func (p *peeler) remove(r packed, last int) int {
	for i := range 3 {
		c := r.column(i)
		p.sum[c] ^= r
		p.degree[c]--
		p.queue[last] = c
		if p.degree[c] == 1 {
			last++
		}
	}
	return last
}

// sacrifice puts a row into the gap and peels on.
func (p *peeler) sacrifice(r packed) {
	p.gap = append(p.gap, r)
	p.drain(0, p.remove(r, 0))
}

// victim is the row among those left that sets the most others free: that shares
// the most columns with one other row only.
func (p *peeler) victim(h []gf128.Element) (best packed) {
	gone := make([]bool, len(h))
	for _, r := range p.rows {
		gone[r.item()] = true
	}
	for _, r := range p.gap {
		gone[r.item()] = true
	}
	most := -1
	for i, x := range h {
		if gone[i] {
			continue
		}
		c0, c1, c2 := row(x, len(p.sum))
		r, free := pack(c0, c1, c2, i), 0
		for j := range 3 {
			if p.degree[r.column(j)] == 2 {
				free++
			}
		}
		if free > most {
			best, most = r, free
		}
	}
	return best
}
